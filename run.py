"""Door: everything on this machine with one command, or the demo if there is no Spotify app yet.

Drives the other doors: starts the database, collects, serves, and collects again every COLLECT_MINUTES, until Ctrl-C
stops everything. The port opens first, and shows the progress of the start.
"""

import fcntl
import os
import socket
import subprocess  # to start our other programs  # nosec B404
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

import advice
import application
import logs
import settings as configuration
from advice import command
from arguments import Parser, door
from composition import DATABASE, DEMO_DATABASE, Composition, exit_status_of
from db.collecting.live import accounts_watched
from db.engine.connection import DatabaseUnreachable, connected, rows
from db.engine.records import records
from db.engine.server import await_restart, ensure_database, local_server, server_process
from db.enrichment.names import choose_name_lookups
from db.people.account_status import set_visibility
from db.people.accounts import ensure_accounts
from db.people.passes import make_pass
from db.people.preferences import change_preference
from db.people.scan_modes import set_scan_mode
from db.spotify_library.readings import want_library
from db.startup.opening import opened_database
from demo.fake_services import FakeServices
from demo.fake_spotify import FakeSpotify, account_id
from demo.household import Member, fake_household, household, now_in_utc
from demo.server import serving
from demo.shelves import fill_shelves
from ending import end_in_order, run_to_end
from exit_status import ExitStatus
from logs import report
from people.accounts import Account, account_named, all_accounts
from scratch import remove_all_abandoned
from settings import Settings
from spotify.oauth import service_address
from web.pages.startup_page import Startup

DATA = configuration.data_folder()
DEMO = """\
CLIENT_ID is not set, so this is the demo: a simulated Spotify, and listeners with made-up plays.
For your own listening, see "Connect Spotify" in README.md; to import an export, you only need USERNAMES=yourname.
"""
DEMO_BESIDE = "This is the demo: a simulated Spotify, and listeners with made-up plays. Your own data is not touched.\n"
DEMO_LOCK = "demo.lock"  # of its database, which one simulated Spotify fills
LAST_LINE = "Press Ctrl-C to stop everything."
DEMO_STEPS = ("Listeners", "Collection", "Import", "Services", "Lists")
OWN_STEPS = ("Collection", "Lists")
EXAMPLES = {
    "": [
        ("", "start everything, or the demo if you have neither a Spotify app nor listeners"),
        ("--demo", "show the demo on the port after your own, without touching your own data"),
    ]
}
LISTENERS = "SELECT username, spotify_account_id FROM account"
IMPORTED = "SELECT username FROM account JOIN import ON account_id = account.id"
LIVE_CHECK = 20.0  # seconds between two checks whether any account wants live collecting
ENRICH_EVERY = 3600.0  # seconds
ATTEMPTS = 5  # at a step of the start, if PostgreSQL ends during it
Environment = dict[str, str]
T = TypeVar("T")


class SpotifyListener(Struct, frozen=True):
    """An account, and who it is on Spotify, if it was ever connected."""

    username: str
    spotify_account_id: str | None


class CannotRun(Exception):
    """Something on this machine prevents the start; the message names it."""


def main(arguments: Sequence[str] | None = None, program: str = "run.py") -> int:
    wants_demo = build_parser(program).parse_args(arguments).demo
    end_in_order(ExitStatus.DONE)  # it runs until it is stopped, so being stopped is no failure
    try:
        return exit_status_of(partial(_run, wants_demo=wants_demo), CannotRun, application.CannotListen)
    except KeyboardInterrupt:
        report("", "Stopped.")
        return ExitStatus.DONE


def _run(*, wants_demo: bool) -> int:
    logs.start(sys.stdout, *configuration.logging_choice(), reporting_plainly=sys.stdout.isatty())
    settings = configuration.read(configuration.demo_environment() if wants_demo else None)
    application.refuse_own_address(settings.base_path)
    remove_all_abandoned()
    with only_one(DATA / (DEMO_LOCK if wants_demo else "run.lock")), application.listening(settings) as listener:
        run(settings, listener, wants_demo=wants_demo)
    return ExitStatus.DONE


def build_parser(program: str) -> Parser:
    parser = door(program, "Start everything on this machine, until Ctrl-C.", EXAMPLES)
    add_options(parser)
    return parser


def add_options(parser: Parser) -> None:
    parser.add_argument(
        "--demo", action="store_true", help="show made-up listeners, with a port and a database of their own"
    )


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Allow one run at a time. The lock ends with its process, so it is never stale. Raises CannotRun."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotRun(
                f"{'The demo' if path.name == DEMO_LOCK else 'Insight'} is already running here, as process "
                f"{lock.read().strip()}: stop it first."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def run(settings: Settings, listener: socket.socket, *, wants_demo: bool) -> None:
    """Prepare everything, with the start page on the port, and serve."""
    startup = Startup("Environment", "Database")
    with ExitStack() as stack:
        with application.start_page(settings, listener, startup):
            environment, is_demo = prepare(settings, startup, stack, wants_demo=wants_demo)
            ready = replace(configuration.read(environment), is_demo=is_demo)
            embedded_url = _embedded_url(environment, settings)
            repeated(lambda: stack.enter_context(application.prepared(ready)), embedded_url)
            service = application.create_application(ready, prepare=False)
            addresses = repeated(lambda: opening_lines(ready), embedded_url)
            lines = repeated(lambda: application.introduction(service.state.services, ready), embedded_url)
            stack.enter_context(collecting_live(environment, is_demo=is_demo))
        application.serve(service, ready, listener, [*lines, *addresses, LAST_LINE])


def repeated(step: Callable[[], T], embedded_url: str | None) -> T:
    """Do a step of the start; if the embedded PostgreSQL ends during it, do it again once PostgreSQL is restarted.

    `embedded_url` is None if the database is the operator's own. Raises what `step` raises.
    """
    for _ in range(ATTEMPTS):
        try:
            return step()
        except DatabaseUnreachable as error:
            passes = type(error) is DatabaseUnreachable  # its subclasses need a person
            if not passes or embedded_url is None or not await_restart(embedded_url):
                raise
    return step()


def prepare(settings: Settings, startup: Startup, stack: ExitStack, *, wants_demo: bool) -> tuple[Environment, bool]:
    """Do everything that serving needs; returns the environment to serve in, and whether it is the demo's."""
    startup.begin("Database", "Starting PostgreSQL")
    own = None if wants_demo else own_environment(settings, stack)
    is_demo = own is None or repeated(partial(has_nobody, own), _embedded_url(own, settings))
    advice.set_up(**configuration.circumstances(settings, demo=is_demo))
    startup.add(*(DEMO_STEPS if is_demo else OWN_STEPS))
    if is_demo:
        if not wants_demo:
            stack.enter_context(only_one(DATA / DEMO_LOCK))
        report(*(DEMO_BESIDE if wants_demo else DEMO).split("\n"))
        environment = demo_environment(settings, stack)
        stack.enter_context(demo(environment, startup))
    else:
        environment = own or {}
        if settings.client_id is None:
            report("CLIENT_ID is not set: Insight serves what you import, and collects nothing from Spotify.")
    stack.enter_context(collecting(environment, settings.collect_minutes, startup, is_demo=is_demo))
    return environment, is_demo


def own_environment(settings: Settings, stack: ExitStack) -> Environment:
    environment = configuration.environment() | {
        "SECRET_KEY": Composition(settings).secret_key,
        "DATABASE_URL": settings.database_url or stack.enter_context(embedded(DATABASE, settings.postgres_port)),
    }
    environment.pop("SECRET_KEY_FILE", None)
    return environment


def demo_environment(settings: Settings, stack: ExitStack) -> Environment:
    """A database of its own on the embedded PostgreSQL, and nothing that belongs to the operator's listeners."""
    environment = configuration.demo_environment(settings.port)
    return environment | {
        "SECRET_KEY": Composition(configuration.read(environment)).secret_key,
        "DATABASE_URL": stack.enter_context(embedded(DEMO_DATABASE, settings.postgres_port)),
    }


@contextmanager
def embedded(name: str, port: int | None) -> Iterator[str]:
    """The URL of a database on this installation's PostgreSQL, which runs as long as a program uses it."""
    with local_server(DATA / "postgres", port=port) as server:
        if server.started:
            report(server.note)
        repeated(partial(ensure_database, server, name), server.url("postgres"))
        yield server.url(name)


def _embedded_url(environment: Environment, settings: Settings) -> str | None:
    """The URL of the database if it is embedded, and None if it is the operator's own."""
    url = environment["DATABASE_URL"]
    return None if url == settings.database_url else url


def has_nobody(environment: Environment) -> bool:
    """Whether there is neither an app nor anybody's own listening: imports need no app, and never mix with the demo.

    USERNAME does not count, because desktops set it to the name of the user who is logged in.
    """
    settings = configuration.read(environment)
    if settings.client_id or environment.get("USERNAMES"):
        return False
    with _opened(settings), connected():
        listeners = {each.username: each.spotify_account_id for each in records(SpotifyListener, LISTENERS)}
    of_the_demo = [member.username for member in household() if member.connects and member.export]
    return not listeners or all(listeners.get(name) == account_id(name) for name in of_the_demo)


def _opened(settings: Settings) -> AbstractContextManager[str]:
    return opened_database(
        settings.database_url, DATA, port=settings.postgres_port, distributed=settings.database_distributed
    )


@contextmanager
def demo(environment: Environment, startup: Startup) -> Iterator[None]:
    """A simulated Spotify with its listeners, connected and imported as real ones are; adds to `environment`."""
    members = household()
    fake = fake_household(members, configuration.read(environment).redirect_uri)
    fill_shelves(fake, members)
    services = FakeServices(members[0].catalogue, now_in_utc)
    with serving(fake) as address, serving(services) as address_of_services:
        environment |= {
            "CLIENT_ID": fake.client_id,
            "CLIENT_SECRET": fake.client_secret,
            "SPOTIFY_ACCOUNTS_URL": address,
            "SPOTIFY_API_URL": address,
            **services.settings(address_of_services),
        }
        startup.begin("Listeners", "Creating accounts, and connecting them to the simulated Spotify")
        new = repeated(partial(welcome, members, fake, environment), environment["DATABASE_URL"])
        startup.begin("Collection", "Collecting the latest plays")
        # Before the imports, so that these plays are where collecting begins, and not what follows a gap.
        run_program(environment, startup, "spotify_client.py", "--demo", "collect")
        for number, member in enumerate(new, 1):
            startup.begin("Import", f"{member.username}, {number} of {len(new)}")
            _import(member, environment, startup)
        yield


def welcome(members: tuple[Member, ...], fake: FakeSpotify, environment: Environment) -> list[Member]:
    """Create accounts, have the listeners consent, and return those who have not imported their export yet."""
    shared = Composition(configuration.read(environment))
    with _opened(shared.settings):
        with connected():
            for member in members:
                ensure_accounts([member.username], member.habits.time_zone)
            imported = {name for (name,) in rows(IMPORTED)}
            for member in members:
                if member.username not in imported:
                    _set_preferences(member)
                if member.username in fake.playlists.libraries:
                    want_library(account_named(member.username).id)
        for member in members:
            if member.connects:  # at every start, because the simulated Spotify forgets its tokens when it ends
                consent = shared.connecting.start(member.username)
                callback = fake.consent(consent.url, member.username)
                shared.connecting.finish(member.username, callback, consent.state, consent.verifier)
    return [member for member in members if member.export and member.username not in imported]


def _set_preferences(member: Member) -> None:
    account_id = account_named(member.username).id
    choose_name_lookups(account_id, now_in_utc())
    set_scan_mode(account_id, member.scan_mode)
    if member.export:  # made-up plays are public
        set_visibility(account_id, "public")
        change_preference(account_id, house=True, listenbrainz_user=member.username)
    else:
        change_preference(account_id, house=True)


def _import(member: Member, environment: Environment, startup: Startup) -> None:
    path = DATA / "demo" / f"{member.username}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    report(f"Making up years of plays for {member.username}, as an export from Spotify …")
    member.write_export(path, now_in_utc())
    run_program(environment, startup, "cli.py", "--demo", "import", str(path), "--user", member.username)


def run_program(environment: Environment, startup: Startup, *words: str) -> None:
    """Run another door to its end, and again if PostgreSQL ended meanwhile; its output says what it could not do."""
    for _ in range(ATTEMPTS):
        before = server_process(DATA / "postgres")
        status = _pass_output_on(environment, startup, *words)
        if status == ExitStatus.DONE or server_process(DATA / "postgres") == before:
            return
        await_restart(environment["DATABASE_URL"])


def _pass_output_on(environment: Environment, startup: Startup, *words: str) -> int:
    """The exit status of a program whose output appears among ours and on the start page."""
    with subprocess.Popen(  # noqa: S603 - a program of our own  # nosec B603
        [sys.executable, *words], cwd=configuration.ROOT, env=environment, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as child:  # fmt: skip
        try:
            for line in child.stdout or ():
                logs.pass_on(line.rstrip("\n"))
                startup.show(logs.without_time(line))
            return child.wait()
        finally:
            child.terminate()  # without effect on a program that has ended


@contextmanager
def collecting(environment: Environment, minutes: int, startup: Startup, *, is_demo: bool) -> Iterator[None]:
    """Collect and recommend at once, and then everything every `minutes` minutes, in the background.

    Looking up music takes minutes, so it happens in the background too; only the demo's services answer at once.
    """
    over = threading.Event()
    running: list[subprocess.Popen[bytes]] = []
    options = ["--demo"] if is_demo else []

    def run_in_background(*tasks: str) -> None:
        child = _collector(environment, *options, *tasks)
        running[:] = [child]
        if over.is_set():
            child.terminate()
        child.wait()

    def repeat() -> None:
        if not is_demo:
            run_in_background("refresh")
        while not over.wait(minutes * 60):
            run_in_background()

    collect_at_once(environment, startup, is_demo=is_demo)
    with _in_background(repeat, over, running), enriching(environment, is_demo=is_demo):
        yield


@contextmanager
def _in_background(
    repeat: Callable[[], None], over: threading.Event, running: "list[subprocess.Popen[bytes]]"
) -> Iterator[None]:
    """Run `repeat` in a thread during the block; then set `over`, and end the programs that it is `running`."""
    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        for child in running:
            child.terminate()
        thread.join(timeout=10)


def _collector(environment: Environment, *words: str) -> "subprocess.Popen[bytes]":
    """Start a collector in a session of its own, so that Ctrl-C does not reach it during its start: we stop it."""
    command = [sys.executable, "spotify_client.py", *words]
    return subprocess.Popen(command, cwd=configuration.ROOT, env=environment, start_new_session=True)  # noqa: S603  # nosec B603


@contextmanager
def enriching(environment: Environment, *, is_demo: bool) -> Iterator[None]:
    """Look up genres in the background, now and every hour, parallel to collecting, because a first run takes long."""
    over, running = threading.Event(), list[subprocess.Popen[bytes]]()

    def repeat() -> None:
        while not over.is_set():
            running[:] = [_collector(environment, *(["--demo"] if is_demo else []), "enrich")]
            if over.is_set():
                running[0].terminate()
            running[0].wait()
            over.wait(ENRICH_EVERY)

    with _in_background(repeat, over, running):
        yield


@contextmanager
def collecting_live(environment: Environment, *, is_demo: bool) -> Iterator[None]:
    """Collect live in the background while an account wants it. Needs an open database."""
    over, running = threading.Event(), list[subprocess.Popen[bytes]]()
    command_line = [sys.executable, "spotify_client.py", *(["--demo"] if is_demo else []), "live"]
    command_line += ["--beside", str(os.getpid())]  # so that it ends even if this program is killed

    def supervise() -> None:
        while not over.is_set():
            running[:] = [child for child in running if child.poll() is None]
            if running != [] and not _wants_live():
                running[0].terminate()
            elif not running and _wants_live():
                running.append(
                    subprocess.Popen(  # noqa: S603 - a program of our own  # nosec B603
                        command_line, cwd=configuration.ROOT, env=environment, start_new_session=True
                    )
                )
            over.wait(LIVE_CHECK)

    thread = threading.Thread(target=supervise, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=10)
        for child in running:
            child.terminate()
            child.wait()


def _wants_live() -> bool:
    try:
        with connected():
            return accounts_watched() > 0
    except DatabaseUnreachable:
        return False


def collect_at_once(environment: Environment, startup: Startup, *, is_demo: bool) -> None:
    """Prepare what the first visitor should find; the demo has already collected."""
    if is_demo:
        startup.begin("Services", "Looking up music on simulated services")
        run_program(environment, startup, "spotify_client.py", "--demo", "refresh")
        startup.begin("Lists", "Making today's lists")
        run_program(environment, startup, "spotify_client.py", "--demo", "recommend")
        return
    startup.begin("Collection", "Collecting the latest plays")
    run_program(environment, startup, "spotify_client.py", "collect")
    startup.begin("Lists", "Making today's lists")
    run_program(environment, startup, "spotify_client.py", "recommend")


def opening_lines(settings: Settings) -> list[str]:
    """What to open in a browser. If accounts are connected by links of invitations, `introduction` prints those."""
    with connected():
        accounts = all_accounts()
    public = [account.username for account in accounts if account.visibility == "public"][:1]
    waiting = [] if public else [account for account in accounts if not account.connected]
    may_sign_in = accounts[:1] if settings.is_demo else waiting
    is_private = application.is_loopback(settings.host)
    paths = [
        "/",
        *(f"/{question}/{username}" for username in public for question in ("history", "user-recommendations")),
        *(f"/connect?username={account.username}" for account in waiting if settings.client_id and is_private),
        *(_sign_in_path(account) for account in may_sign_in if _signs_in_by_links(settings) and sys.stdout.isatty()),
    ]
    opened = [f"  {_address(settings)}{path}" for path in paths]
    return ["", "Ready. Open", *opened, *_from_other_machines(settings), *_sign_in_commands(may_sign_in, settings)]


def _address(settings: Settings) -> str:
    """Where a browser finds the service: HOST, unless that stands for every address of this machine."""
    if _is_every_address(settings.host):
        return service_address(settings.redirect_uri)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}{settings.base_path}"


def _is_every_address(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


def _from_other_machines(settings: Settings) -> list[str]:
    if not _is_every_address(settings.host):
        return []
    names = ", ".join(settings.allowed_hosts)
    address = f"http://NAME:{settings.port}{settings.base_path}/"
    if names:
        return [f"On another machine, open {address} with a NAME from ALLOWED_HOSTS ({names})."]
    return [f"To open {address} on another machine, add this machine's NAME or address to ALLOWED_HOSTS."]


def _signs_in_by_links(settings: Settings) -> bool:
    """Whether links are for signing in: without an app, and in the demo, whose app is simulated."""
    return settings.is_demo or not settings.client_id


def _sign_in_path(account: Account) -> str:
    """The path of a pass, for signing in without a Spotify app: private statistics are for their listener only."""
    with connected():
        return f"/sign-in/pass?pass={make_pass(account.id).text}"


def _sign_in_commands(waiting: Sequence[Account], settings: Settings) -> list[str]:
    """Commands for links that sign in. A log is kept and read by others, so it never contains such links themselves."""
    if not _signs_in_by_links(settings) or sys.stdout.isatty():
        return []
    return [f"`{command('cli.py', 'sign-in', account.username)}` prints a link that signs in {account.username}."
            for account in waiting]  # fmt: skip


if __name__ == "__main__":
    sys.exit(run_to_end(main))
