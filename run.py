"""Door: all of it on this machine with one command, and the demo where there is no Spotify app yet.

Drives the other doors: starts the database, collects, serves, and collects again every COLLECT_MINUTES until Ctrl-C
stops what it started. The port opens first, and shows how far the start is.
"""

import fcntl
import os
import socket
import subprocess  # to start our other programs  # nosec B404
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import advice
import application
import logs
import settings as configuration
from advice import command
from arguments import Parser, door
from connect.apps import named_apps
from connect.connecting import Connecting
from db.engine.cipher import Cipher
from db.engine.connection import DatabaseUnreachable, connected, rows
from db.engine.server import ServerError, ensure_database, local_server
from db.people.account_status import set_visibility
from db.people.accounts import account_named, ensure_accounts
from db.people.passes import make_pass
from db.people.preferences import change_preference
from db.startup.migrate import DatabaseTooNew
from db.startup.opening import SecretKeyMissing, opened_database, secret_key
from demo.fake_services import PREFIXES, FakeServices
from demo.fake_spotify import FakeSpotify, account_id
from demo.household import Member, fake_household, household, now_in_utc
from demo.server import serving
from ending import end_in_order, run_to_end
from logs import report
from people.accounts import KnownAccount, every_account
from settings import Settings, SettingsError
from spotify.http import Http
from web.pages.startup_page import Startup

DATA = configuration.data_folder()
DEMO = """\
CLIENT_ID is not set, so this is the demo: a pretend Spotify, and listeners whose plays are made up.
For your own listening see "Connect Spotify" in README.md; an export alone needs no app, only USERNAMES=yourname.
"""
DEMO_BESIDE = (
    "This is the demo: a pretend Spotify, and listeners whose plays are made up. Your own data is left alone.\n"
)
LAST_LINE = "Ctrl-C stops everything."
DEMO_STEPS = ("Listeners", "Collection", "Import", "Services", "Lists")
OWN_STEPS = ("Collection", "Lists")
EXAMPLES = {
    "": [
        ("", "start everything; without a Spotify app and without listeners of your own, the demo"),
        ("--demo", "show the demo, on the port after your own, and leave your own data alone"),
    ]
}
Environment = dict[str, str]


class CannotRun(Exception):
    """Something on this machine is in the way; the sentence names it."""


def main(arguments: Sequence[str] | None = None, program: str = "run.py") -> int:
    wants_demo = build_parser(program).parse_args(arguments).demo
    end_in_order()
    try:
        logs.start(sys.stdout, *configuration.logging_choice(), reporting_plainly=sys.stdout.isatty())
        settings = configuration.read(configuration.demo_environment() if wants_demo else None)
        application.refuse_own_address(settings.base_path)
        with only_one(DATA / ("demo.lock" if wants_demo else "run.lock")), application.listening(settings) as listener:
            run(settings, listener, wants_demo=wants_demo)
    except (SettingsError, SecretKeyMissing) as error:
        return _refused(error, 78)
    except (CannotRun, application.CannotListen, DatabaseUnreachable, DatabaseTooNew, ServerError) as error:
        return _refused(error, 1)
    except KeyboardInterrupt:
        report("", "Stopped.")
    return 0


def build_parser(program: str) -> Parser:
    parser = door(program, "Start everything on this machine, until Ctrl-C.", EXAMPLES)
    add_options(parser)
    return parser


def add_options(parser: Parser) -> None:
    parser.add_argument(
        "--demo", action="store_true", help="show made-up listeners, on a port and in a database of their own"
    )


def _refused(error: Exception, status: int) -> int:
    logs.refuse(error)
    return status


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """One run at a time for a checkout. The lock goes with its process, so it is never stale. Raises CannotRun."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotRun(f"It runs here already, as process {lock.read().strip()}: stop that one first.") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def run(settings: Settings, listener: socket.socket, *, wants_demo: bool) -> None:
    """Prepare everything, with the start page on the port, and serve."""
    startup = Startup("Environment", "Database")
    with ExitStack() as stack:
        with application.start_page(settings, listener, startup):
            environment = prepare(settings, startup, stack, wants_demo=wants_demo)
            ready = configuration.read(environment)
            stack.enter_context(application.prepared(ready))
            service = application.create_application(ready, prepare=False)
        report(*_addresses(ready))
        application.serve(service, ready, listener)


def prepare(settings: Settings, startup: Startup, stack: ExitStack, *, wants_demo: bool) -> Environment:
    """Bring everything to where it can be served; returns the environment to serve in."""
    startup.begin("Database", "Starting PostgreSQL")
    own = None if wants_demo else own_environment(settings, stack)
    is_demo = own is None or has_nobody(own)
    advice.set_up(**configuration.circumstances(settings, demo=is_demo))
    startup.add(*(DEMO_STEPS if is_demo else OWN_STEPS))
    if is_demo:
        report(*(DEMO_BESIDE if wants_demo else DEMO).split("\n"))
        environment = demo_environment(settings, stack)
        stack.enter_context(demo(environment, startup))
    else:
        environment = own or {}
        if settings.client_id is None:
            report("CLIENT_ID is not set: nothing is collected from Spotify; what was imported is served.")
    stack.enter_context(collecting(environment, settings.collect_minutes, startup, is_demo=is_demo))
    return environment


def own_environment(settings: Settings, stack: ExitStack) -> Environment:
    environment = configuration.environment() | {
        "SECRET_KEY": secret_key(settings.secret_key, settings.database_url, DATA),
        "DATABASE_URL": settings.database_url or stack.enter_context(embedded("insight")),
    }
    environment.pop("SECRET_KEY_FILE", None)
    return environment


def demo_environment(settings: Settings, stack: ExitStack) -> Environment:
    """A database of its own on the embedded PostgreSQL, and nothing of what belongs to the operator's listeners."""
    return configuration.demo_environment(settings.port) | {
        "SECRET_KEY": secret_key(None, None, DATA),
        "DATABASE_URL": stack.enter_context(embedded("insight_demo")),
    }


@contextmanager
def embedded(name: str) -> Iterator[str]:
    """The URL of a database on the PostgreSQL of this checkout, which runs as long as somebody uses it."""
    with local_server(DATA / "postgres") as server:
        if server.started:
            report(server.note)
        ensure_database(server, name)
        yield server.url(name)


def has_nobody(environment: Environment) -> bool:
    """There is no app, and nobody's own listening either: an import needs no app and is never mixed with the demo.

    USERNAME does not count, because desktops set it to the name of whoever sits there.
    """
    if configuration.read(environment).client_id or environment.get("USERNAMES"):
        return False
    with opened_database(environment["DATABASE_URL"], DATA), connected():
        listeners = dict(rows("SELECT username, spotify_account_id FROM account"))
    of_the_house = [member.username for member in household() if member.connects and member.export]
    return not listeners or all(listeners.get(name) == account_id(name) for name in of_the_house)


@contextmanager
def demo(environment: Environment, startup: Startup) -> Iterator[None]:
    """A pretend Spotify with its listeners, connected and imported as real ones are; adds to `environment`."""
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
        startup.begin("Listeners", "Making accounts, and connecting them to a pretend Spotify")
        new = _welcomed(members, fake, environment)
        startup.begin("Collection", "Taking in what was played last")
        # Before the imports: what is visible now is a beginning, and no gap after what they bring.
        _door(environment, startup, "spotify_client.py", "--demo", "collect")
        for number, member in enumerate(new, 1):
            startup.begin("Import", f"{member.username}, {number} of {len(new)}")
            _import(member, environment, startup)
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


def _import(member: Member, environment: Environment, startup: Startup) -> None:
    path = DATA / "demo" / f"{member.username}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    report(f"Making up the years of {member.username}, as Spotify's export would hold them …")
    member.write_export(path, now_in_utc())
    _door(environment, startup, "cli.py", "--demo", "import", str(path), "--user", member.username)


def _door(environment: Environment, startup: Startup, *words: str) -> None:
    """Run another door to its end, its lines among ours and on the page; what it could not do is in its lines."""
    with subprocess.Popen(  # noqa: S603 - a program of our own  # nosec B603
        [sys.executable, *words], cwd=configuration.ROOT, env=environment, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as child:  # fmt: skip
        try:
            for line in child.stdout or ():
                logs.pass_on(line.rstrip("\n"))
                startup.show(logs.without_time(line))
        finally:
            child.terminate()  # where it has ended by itself, this does nothing


@contextmanager
def collecting(environment: Environment, minutes: int, startup: Startup, *, is_demo: bool) -> Iterator[None]:
    """Collect and recommend at once, and all of it again every so many minutes, in the background.

    Services are asked in the background too, for that takes minutes; but those of the demo answer in no time.
    """
    over = threading.Event()
    running: list[subprocess.Popen[bytes]] = []
    options = ["--demo"] if is_demo else []

    def in_background(*work: str) -> None:
        # A session of its own: it is stopped by us, and not by the terminal's Ctrl-C in the middle of its start.
        command = [sys.executable, "spotify_client.py", *options, *work]
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

    collect_at_once(environment, startup, is_demo=is_demo)
    thread = threading.Thread(target=again, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        for child in running:
            child.terminate()
        thread.join(timeout=10)


def collect_at_once(environment: Environment, startup: Startup, *, is_demo: bool) -> None:
    """What has to be there when the first visitor comes; the demo has collected by now."""
    if is_demo:
        startup.begin("Services", "Asking pretend services about music")
        _door(environment, startup, "spotify_client.py", "--demo", "refresh")
        startup.begin("Lists", "Making today's lists")
        _door(environment, startup, "spotify_client.py", "--demo", "recommend")
        return
    startup.begin("Collection", "Taking in what was played last")
    _door(environment, startup, "spotify_client.py", "collect")
    startup.begin("Lists", "Making today's lists")
    _door(environment, startup, "spotify_client.py", "recommend")


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
        *(_way_in(account, settings) for account in waiting if settings.client_id or sys.stdout.isatty()),
    ]
    opened = [f"  {base}{path}" for path in paths]
    return ["", "Ready. Open", *opened, *_ways_in(waiting, settings), LAST_LINE]


def _way_in(account: KnownAccount, settings: Settings) -> str:
    """Through Spotify; where there is no app, with a pass, for what is private is for its listener only."""
    if settings.client_id:
        return f"/connect?username={account.username}"
    with connected():
        return f"/sign-in/pass?pass={make_pass(account.id).text}"


def _ways_in(waiting: Sequence[KnownAccount], settings: Settings) -> list[str]:
    """Where what is printed is kept, as in a log, no link stands that signs somebody in; but how to get one."""
    if settings.client_id or sys.stdout.isatty():
        return []
    return [f"`{command('cli.py', 'sign-in', account.username)}` prints a link that signs in {account.username}."
            for account in waiting]  # fmt: skip


if __name__ == "__main__":
    sys.exit(run_to_end(main))
