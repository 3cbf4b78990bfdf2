"""Door: all of it on this machine with one command, and the demo where there is no Spotify app yet.

Drives the other doors: starts the database, collects, serves, and collects again every COLLECT_MINUTES until Ctrl-C
stops what it started.
"""

import fcntl
import os
import socket
import subprocess  # to start our other programs  # nosec B404
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import application
import settings as configuration
from collect.apps import named_apps
from collect.connecting import Connecting
from db.accounts import account_named, ensure_accounts
from db.connection import DatabaseUnreachable, connected, rows
from db.migrate import DatabaseTooNew
from db.opening import SecretKeyMissing, opened_database, secret_key
from db.passes import make_pass
from db.preferences import change_preference
from db.server import ServerError, ensure_database, local_server
from db.standing import set_visibility
from db.tokens import Cipher
from demo.fake_services import PREFIXES, FakeServices
from demo.fake_spotify import FakeSpotify, account_id
from demo.household import Member, fake_household, household, now_in_utc
from demo.server import serving
from ending import end_in_order, run_to_end
from insights.accounts import KnownAccount, every_account
from printing import say
from settings import Settings, SettingsError
from spotify.http import Http

DATA = configuration.ROOT / ".data"
DEMO = """\
CLIENT_ID is not set, so this is the demo: a pretend Spotify, and listeners whose plays are made up.
For your own listening see "Connect Spotify" in README.md; an export alone needs no app, only USERNAMES=yourname.
"""
Environment = dict[str, str]


class CannotRun(Exception):
    """Something on this machine is in the way; the sentence names it."""


def main() -> int:
    end_in_order()
    try:
        settings = configuration.read()
        application.refuse_own_address(settings.base_path)
        with only_one(DATA), application.listening(settings) as listener:
            run(settings, listener)
    except (SettingsError, SecretKeyMissing) as error:
        return _refused(error, 78)
    except (CannotRun, application.CannotListen, DatabaseUnreachable, DatabaseTooNew, ServerError) as error:
        return _refused(error, 1)
    except KeyboardInterrupt:
        say("", "Stopped.")
    return 0


def _refused(error: Exception, status: int) -> int:
    say(error, file=sys.stderr)
    return status


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """One run at a time for a checkout. The lock goes with its process, so it is never stale. Raises CannotRun."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotRun(f"It runs here already, as process {lock.read().strip()}: stop that one first.") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def run(settings: Settings, listener: socket.socket) -> None:
    environment = configuration.environment() | {
        "SECRET_KEY": secret_key(settings.secret_key, settings.database_url, DATA)
    }
    environment.pop("SECRET_KEY_FILE", None)
    with ExitStack() as stack:
        own = settings.database_url or stack.enter_context(embedded("insight"))
        environment["DATABASE_URL"] = own
        is_demo = wants_demo(environment, own)
        if is_demo:
            say(*DEMO.split("\n"))
            if settings.database_url is None:
                environment["DATABASE_URL"] = stack.enter_context(embedded("insight_demo"))
            stack.enter_context(demo(environment))
        elif settings.client_id is None:
            say("CLIENT_ID is not set: nothing is collected from Spotify; what was imported is served.")
        stack.enter_context(collecting(environment, settings.collect_minutes, is_demo=is_demo))
        serve(environment, listener)


@contextmanager
def embedded(name: str) -> Iterator[str]:
    """The URL of a database on the PostgreSQL of this checkout, which runs as long as somebody uses it."""
    with local_server(DATA / "postgres") as server:
        if server.started:
            say(server.note)
        ensure_database(server, name)
        yield server.url(name)


def wants_demo(environment: Environment, url: str) -> bool:
    """There is no app, and nobody's own listening either: an import needs no app and is never mixed with the demo.

    USERNAME does not count, because desktops set it to the name of whoever sits there.
    """
    if configuration.read(environment).client_id or environment.get("USERNAMES"):
        return False
    with opened_database(url, DATA), connected():
        listeners = dict(rows("SELECT username, spotify_account_id FROM account"))
    of_the_house = [member.username for member in household() if member.connects and member.export]
    return not listeners or all(listeners.get(name) == account_id(name) for name in of_the_house)


@contextmanager
def demo(environment: Environment) -> Iterator[None]:
    """A pretend Spotify with its listeners, connected and imported as real ones are; adds to `environment`."""
    environment.pop("USERNAME", None)  # the household is complete
    members = household()
    fake = fake_household(members, configuration.read(environment).redirect_uri)
    services = FakeServices(members[0].catalogue, now_in_utc)
    with serving(fake) as address, serving(services) as beside:
        environment |= {
            "CLIENT_ID": fake.client_id,
            "CLIENT_SECRET": fake.client_secret,
            "SPOTIFY_ACCOUNTS_URL": address,
            "SPOTIFY_API_URL": address,
            "SERVICES": "listenbrainz,musicbrainz",
            "LISTENBRAINZ_TOKEN": services.listenbrainz_token,
            **{setting.upper(): f"{beside}{path}" for setting, path in PREFIXES.items()},
        }
        new = _welcomed(members, fake, environment)
        if new:  # before the imports: what is visible now is a beginning, and no gap after what they bring
            _door(environment, "spotify_client.py", "collect")
        for member in new:
            _import(member, environment)
        yield


def _welcomed(members: tuple[Member, ...], fake: FakeSpotify, environment: Environment) -> list[Member]:
    """Make accounts, let the listeners consent, and return those who have not imported their export yet."""
    settings = configuration.read(environment)
    connecting = Connecting(named_apps(settings, Cipher(settings.secret_key or "")), Http())
    with opened_database(settings.database_url, DATA):
        with connected():
            for member in members:
                ensure_accounts([member.username], member.habits.time_zone)
            imported = {name for (name,) in rows("SELECT username FROM account JOIN import ON account_id = account.id")}
            for member in members:
                if member.username not in imported:
                    _settle_in(member)
        for member in members:
            if member.connects:  # at every start: the pretend Spotify forgets its tokens when it ends
                consent = connecting.start(member.username)
                callback = fake.consent(consent.url, member.username)
                connecting.finish(member.username, callback, consent.state, consent.verifier)
    return [member for member in members if member.export and member.username not in imported]


def _settle_in(member: Member) -> None:
    account_id = account_named(member.username).id
    if member.export:  # listening that nobody did is for everybody to see
        set_visibility(account_id, "public")
        change_preference(account_id, house=True, listenbrainz_user=member.username)
    else:
        change_preference(account_id, house=True)


def _import(member: Member, environment: Environment) -> None:
    path = DATA / "demo" / f"{member.username}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    say(f"Making up the years of {member.username}, as Spotify's export would hold them …", flush=True)
    member.write_export(path, now_in_utc())
    _door(environment, "cli.py", "import", str(path), "--user", member.username)


def _door(environment: Environment, *command: str) -> None:
    """Run another door to its end, its lines among ours; what it could not do is in its lines."""
    subprocess.run([sys.executable, *command], cwd=configuration.ROOT, env=environment, check=False)  # noqa: S603  # nosec B603


@contextmanager
def collecting(environment: Environment, minutes: int, *, is_demo: bool) -> Iterator[None]:
    """Collect and recommend at once, and all of it again every so many minutes, in the background.

    Services are asked in the background too, for that takes minutes; but those of the demo answer in no time.
    """
    over = threading.Event()
    running: list[subprocess.Popen[bytes]] = []

    def in_background(*work: str) -> None:
        # A session of its own: it is stopped by us, and not by the terminal's Ctrl-C in the middle of its start.
        command = [sys.executable, "spotify_client.py", *work]
        child = subprocess.Popen(command, cwd=configuration.ROOT, env=environment, start_new_session=True)  # noqa: S603  # nosec B603
        running[:] = [child]
        if over.is_set():
            child.terminate()
        child.wait()

    def again() -> None:
        if not is_demo:
            in_background("refresh")
        while not over.wait(minutes * 60):
            in_background()

    if is_demo:
        _door(environment, "spotify_client.py")
    else:
        _door(environment, "spotify_client.py", "collect")
        _door(environment, "spotify_client.py", "recommend")
    thread = threading.Thread(target=again, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        for child in running:
            child.terminate()
        thread.join(timeout=10)


def serve(environment: Environment, listener: socket.socket) -> None:
    """Answer until Ctrl-C or SIGTERM, having said where."""
    settings = configuration.read(environment)
    with application.prepared(settings):
        service = application.create_application(settings, prepare=False)
        listener.listen(128)  # from here on nobody is turned away
        say(*_addresses(settings), flush=True)
        application.serve(service, settings, listener)


def _addresses(settings: Settings) -> list[str]:
    with connected():
        accounts = every_account()
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    base = f"http://{host}:{settings.port}{settings.base_path}"
    public = [account.username for account in accounts if account.visibility == "public"][:1]
    waiting = [] if public else [account for account in accounts if not account.connected]
    paths = [
        "/",
        *(f"/{question}/{username}" for username in public for question in ("history", "user-recommendations")),
        *(_way_in(account, settings) for account in waiting),
    ]
    opened = [f"  {base}{path}" for path in paths]
    return ["", application.who_can_reach(settings), "Ready. Open", *opened, "Ctrl-C stops everything."]


def _way_in(account: KnownAccount, settings: Settings) -> str:
    """Through Spotify; where there is no app, with a pass, for what is private is for its listener only."""
    if settings.client_id:
        return f"/connect?username={account.username}"
    with connected():
        return f"/sign-in/pass?pass={make_pass(account.id).text}"


if __name__ == "__main__":
    sys.exit(run_to_end(main))
