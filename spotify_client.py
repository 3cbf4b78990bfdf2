"""Door: the collector. `python spotify_client.py` collects plays, looks up music, and makes today's lists.

`collect` only collects what Spotify shows now; `refresh` only looks up, on Spotify and on music services, what lists
are made from; `recommend` only makes today's list for every account that has none. `enrich` looks up genres, years and
origins of everything that was played, which may take most of an hour. `--every 20m` and `--schedule FILE`
repeat it (collect/scheduler.py). `live` watches what plays now until it is stopped (collect/live/). Any number of
programs share the work by `--until-idle` (collect/due_accounts.py) and `--shard`. Exit status 0, or 1 when something
needs a person, or 78 when a setting is wrong.
"""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import logs
import settings as configuration
from advice import command
from arguments import Parser, door
from collect.cleanup import forget_what_must_go
from collect.due_accounts import collect_due
from collect.live.program import LiveCollecting
from collect.outcomes import Report
from collect.period_sums import sum_up
from collect.recent import collect_recent
from collect.schedule import Every, Job, duration, read_crontab
from collect.scheduler import STOPPING, run_jobs
from collect.shards import shard
from collect.spotify_library.reading import read_libraries
from collect.todays_playlist import write_playlists
from composition import CONNECTIONS, Composition, compose, exit_status_of
from connect.apps import how_to_connect
from connect.connecting import utc_now
from connect.session import Spotify
from db.collecting.schedule import anybody_collectable
from db.collecting.shards import EVERYTHING, Shard
from db.engine.connection import DatabaseUnreachable, connected
from db.engine.failures import explained
from db.engine.locks import try_cleanup_lock
from db.lists.playlists import wanting_playlists
from db.people.apps import stored_apps
from db.plays.matching import settle_by_todays_rules
from db.plays.open_gaps import store_open_gaps
from db.startup.versions import news_of_the_upgrade
from db.webhooks.webhooks import are_there_any
from ending import end_in_order, run_to_end
from enrich.music.run import enrich_music
from enrich.own import OwnSeeds
from enrich.progress import LookupProgress
from enrich.refreshing import Refreshed, refresh
from exit_status import ExitStatus
from insights.service.health import open_gaps
from notify.channels import channels
from notify.notices import Notice, due_notices, send_notices
from notify.webhooks.consents import queue_consent_events
from notify.webhooks.delivering import WORKERS, Delivering, deliver_due
from notify.webhooks.milestones import queue_milestone_events
from notify.webhooks.sending import Sender
from people.accounts import Account, all_accounts
from people.ended_consents import ended_consents
from recommend.content import Houses
from recommend.nightly import listening_day, recommend_all
from settings import Settings, SettingsError
from spotify.client import SpotifyClient
from spotify.oauth import service_address
from terminal.progress import Progress

__all__ = ["SpotifyClient", "main"]
log = logging.getLogger(__name__)
TASKS = ("collect", "refresh", "recommend")  # without any named
ENRICH, LIVE = "enrich", "live"
EXAMPLES = {
    "": [
        ("", "collect plays, look up music, and make today's lists"),
        ("collect", "collect what Spotify shows now; cron runs this every 20 minutes"),
        ("collect --until-idle", "collect the accounts that are due, together with any number of such programs"),
        ("recommend --shard 0/4", "make today's lists of every fourth account; three other programs make the rest"),
        ("live", "watch the players of accounts whose scan mode is hybrid or live, until it is stopped"),
        ("enrich", "look up genres, years and origins of what was played; cron runs this every hour"),
        ("recommend", "make today's list for each account that has none; cron runs this every hour"),
    ]
}


@dataclass(frozen=True)
class Work:
    """What to do, for which accounts; `until_idle`: collect those that are due, together with other programs."""

    tasks: frozenset[str]
    shard: Shard = EVERYTHING
    until_idle: bool = False

    @property
    def is_shared_out(self) -> bool:
        return self.until_idle or self.shard != EVERYTHING

    def accounts(self) -> list[Account]:
        """The accounts of the shard. Needs a connection."""
        return [account for account in all_accounts() if self.shard.covers(account.id)]


def main(arguments: Sequence[str] | None = None, program: str = "spotify_client.py") -> int:
    options = _parse(build_parser(program), arguments)
    end_in_order()
    try:
        return exit_status_of(partial(_run, options))
    except KeyboardInterrupt:  # what has been stored so far stays
        return ExitStatus.INTERRUPTED


def _run(options: argparse.Namespace) -> int:
    logs.start(sys.stderr, *configuration.logging_choice())
    if sys.stderr.isatty():
        logs.keep_audit_apart(configuration.data_folder() / "audit.log")
    shared = compose(demo=options.demo)  # run.py has put the demo's settings into the environment
    if options.tasks == [LIVE]:
        return collect_live(shared, options.beside, options.shard)
    if jobs := jobs_of(options):
        return run_jobs(jobs, main, logs.report)
    needs_a_person = work_once(shared, Work(frozenset(options.tasks or TASKS), options.shard, options.until_idle))
    return ExitStatus.FAILED if needs_a_person else ExitStatus.DONE


def collect_live(shared: Composition, beside: int | None, of: Shard = EVERYTHING) -> int:
    """Watch players until a signal stops this. What they showed last is in the database, so nothing has to be saved."""
    live = LiveCollecting(shared.spotify, logs.report, lambda: beside is None or os.getppid() == beside, of)
    for number in STOPPING:
        signal.signal(number, lambda *_: live.stop())
    with shared.open_database(connections=CONNECTIONS + WORKERS + 1):
        logs.report("Collecting live, for the accounts whose scan mode is hybrid or live.")
        with Delivering(webhook_sender(shared), logs.report):
            live.run()
    logs.report("Stopped.")
    return ExitStatus.DONE


def work_once(shared: Composition, work: Work) -> bool:
    """Do the work once; return whether something needs a person."""
    with shared.open_database():
        with connected():
            logs.report(*news_of_the_upgrade())
        clean_up(shared, work)
        needs_a_person = "collect" in work.tasks and collect(shared, work)
        first_turns: frozenset[int] = frozenset()
        if "refresh" in work.tasks:
            read_due_libraries(shared, work)
            refreshed = refresh_everybody(shared, work)
            needs_a_person, first_turns = needs_a_person or refreshed.needs_a_person, refreshed.first_turns
        if work.tasks - {"collect", ENRICH}:
            recommend_everybody(work, first_turns)
            write_lists(shared, work)
        if ENRICH in work.tasks:
            needs_a_person = enrich(shared) or needs_a_person
        if "collect" in work.tasks:  # last, so that a wrong address in NOTIFY_URLS stops nothing else
            tell(shared, work)
    return needs_a_person


def build_parser(program: str) -> Parser:
    parser = door(program, "Collect what the accounts played, and recommend what to play next.", EXAMPLES)
    add_options(parser)
    return parser


def add_options(parser: Parser) -> None:
    parser.add_argument(
        "--demo",
        action="store_true",
        help="use the demo's settings, as run.py passes them to the programs that it starts",
    )
    parser.add_argument(
        "tasks", nargs="*", type=_task, metavar="TASK",
        help="what to do: collect (the plays that Spotify shows now), refresh (look up music for the lists), recommend "
        "(make today's lists), enrich (look up genres, years and origins) or live (watch what is playing, until "
        "stopped); default: collect, refresh and recommend",
    )  # fmt: skip
    parser.add_argument(
        "--beside", type=int, metavar="PID", help="with live: end when the program that started it ends"
    )
    parser.add_argument(
        "--shard", type=shard, default=EVERYTHING, metavar="I/N",
        help="only take one of N parts of the accounts, from 0/N to N-1/N; other programs take the other parts",
    )  # fmt: skip
    parser.add_argument(
        "--until-idle", action="store_true",
        help="collect only the accounts that are due, in batches that any number of programs share, until none is due",
    )  # fmt: skip
    repeated = parser.add_mutually_exclusive_group()
    repeated.add_argument("--every", type=duration, metavar="TIME", help="repeat this, as in 20m, until stopped")
    repeated.add_argument("--schedule", type=Path, metavar="FILE", help="follow the lines of a crontab until stopped")


def _parse(parser: Parser, arguments: Sequence[str] | None) -> argparse.Namespace:
    options = parser.parse_args(arguments)
    if options.schedule and options.tasks:
        parser.error("a schedule already says what to do: leave out " + " ".join(options.tasks))
    if options.schedule and _shared_out(options):
        parser.error("a schedule already says what to do: write --shard and --until-idle into its lines")
    if LIVE in options.tasks and (options.every or options.until_idle or options.tasks != [LIVE]):
        parser.error("live runs until it is stopped: use it alone, or with --shard only")
    if ENRICH in options.tasks and options.shard != EVERYTHING:
        parser.error("enrich looks up music for all accounts: let one program do it, without --shard")
    if options.until_idle and "collect" not in (options.tasks or TASKS):
        parser.error("--until-idle is for collect: name it too")
    return options


def _shared_out(options: argparse.Namespace) -> tuple[str, ...]:
    """The options that share out the work, as they are typed."""
    part = () if options.shard == EVERYTHING else ("--shard", f"{options.shard.index}/{options.shard.count}")
    return (*part, "--until-idle") if options.until_idle else part


def _task(name: str) -> str:
    # argparse's own `choices` would refuse an empty list
    if name not in (*TASKS, ENRICH, LIVE):
        known = ", ".join(map(repr, (*TASKS, ENRICH, LIVE)))
        raise argparse.ArgumentTypeError(f"invalid choice: {name!r} (choose from {known})")
    return name


def jobs_of(options: argparse.Namespace) -> list[Job]:
    """The jobs to repeat; empty for a single run. Raises ScheduleError."""
    if options.schedule:
        return read_crontab(options.schedule)
    words = (*(options.tasks or ()), *_shared_out(options))
    return [Job(words, Every(options.every))] if options.every else []


def collect(shared: Composition, work: Work) -> bool:
    """Collect, reporting a line for each account; return whether something needs a person."""
    if work.until_idle:
        with connected():
            anybody = anybody_collectable()
    else:
        anybody = _report_the_others(shared, work)
    if not anybody:
        logs.report("Nothing to collect: no account is connected.")
        return False
    with connected():
        has_app = _has_app(shared.settings)
    if not has_app:
        raise SettingsError("CLIENT_ID is not set: accounts are connected, but collecting needs a Spotify app.")
    return _collect_due(shared, work) if work.until_idle else _collect_at_once(shared, work)


def _report_the_others(shared: Composition, work: Work) -> bool:
    """Report the accounts that are not collected; return whether any others are."""
    with connected():
        accounts = work.accounts()
    for account in accounts:
        if reason := _not_collected(account, shared.settings.client_id):
            logs.report(reason)
    return any(account.has_tokens and not account.disabled for account in accounts)


def _collect_at_once(shared: Composition, work: Work) -> bool:
    """Collect every account, due or not."""
    reports = collect_recent(shared.spotify, work.shard)
    for report in reports:
        logs.report(str(report))
    return any(report.needs_a_person for report in reports)


def _collect_due(shared: Composition, work: Work) -> bool:
    in_need = 0

    def show(report: Report) -> None:
        nonlocal in_need
        in_need += report.needs_a_person
        logs.report(str(report))

    polled = collect_due(shared.spotify, show, work.shard)
    logs.report(f"{polled} {'account was' if polled == 1 else 'accounts were'} due; no other account is due now.")
    return in_need > 0


def _not_collected(account: Account, client_id: str | None) -> str:
    """Why nothing is collected for the account, and the remedy; empty if it is."""
    if account.disabled:
        return f"{account.username}: disabled; `{command('cli.py', 'users enable', account.username)}` enables it"
    if not account.has_tokens:
        return f"{account.username}: not connected to Spotify; {how_to_connect(account, client_id)}"
    return ""


def clean_up(shared: Composition, work: Work) -> None:
    """Delete what is due for deletion; of programs that share the work, one at a time does this."""
    with _alone(work) as is_our_turn:
        if is_our_turn:
            forget(shared)


def forget(shared: Composition) -> None:
    """Delete what is due for deletion, reporting a line each."""
    now, keep = shared.now(), shared.settings.keep_after_disconnect
    with connected():
        is_retried = not keep and _has_app(shared.settings) and any(consent.is_due(now) for consent in ended_consents())
        spotify = shared.spotify if is_retried else None
        for line in forget_what_must_go(now, keep_after_disconnect=keep, spotify=spotify):
            logs.report(line)


def _spotify_for(shared: Composition, accounts: Sequence[Account]) -> Spotify | None:
    """None if no account is connected or there is no app, so that no key is needed."""
    has_tokens = any(account.has_tokens for account in accounts)
    return shared.spotify if has_tokens and _has_app(shared.settings) else None


def _has_app(settings: Settings) -> bool:
    return settings.client_id is not None or bool(stored_apps())


def tell(shared: Composition, work: Work) -> None:
    """Send webhooks and notices; of programs that share the work, one at a time does this. Raises WrongAddress."""
    with _alone(work) as is_our_turn:
        if is_our_turn:
            tell_webhooks(shared)
            send_due_notices(shared)


@contextmanager
def _alone(work: Work) -> Iterator[bool]:
    """Yields whether this program may do something for all accounts: False while another program does it."""
    if not work.is_shared_out:
        yield True
        return
    with connected(), try_cleanup_lock() as is_our_turn:
        yield is_our_turn


def send_due_notices(shared: Composition) -> None:
    """Send the notices about consents that end, reporting a line each; without NOTIFY_URLS, report them only.

    Raises WrongAddress.
    """
    ways = channels(shared.settings.notify_urls)
    with connected():
        notices = notices_due(shared)
    for line in send_notices(notices, ways) if ways else [notice.title for notice in notices]:
        logs.report(line)


def notices_due(shared: Composition) -> list[Notice]:
    settings = shared.settings
    address, keep = service_address(settings.redirect_uri), settings.keep_after_disconnect
    return due_notices(shared.now(), address, keep_after_disconnect=keep)


def tell_webhooks(shared: Composition) -> None:
    """Queue events of consents and milestones, and send what is due, reporting a line if anything was sent."""
    with connected():
        if not are_there_any():
            return
        accounts, notices = all_accounts(), notices_due(shared)
    queue_consent_events(notices)
    queue_milestone_events(accounts, shared.now())
    delivered, failed = deliver_due(webhook_sender(shared))
    if delivered or failed:
        logs.report(f"Webhooks: {delivered} delivered, {failed} failed")


def webhook_sender(shared: Composition) -> Sender:
    return Sender(shared.cipher, shared.settings.webhook_private_hosts, shared.now)


def refresh_everybody(shared: Composition, work: Work) -> Refreshed:
    """Look up music for the lists, reporting a line for each service that was needed."""
    settings = shared.settings
    with connected():
        accounts = work.accounts()
        spotify = _spotify_for(shared, accounts)
    own = OwnSeeds(settings.seed_artists, settings.seed_genres, settings.seed_tracks)
    with Progress(sys.stderr) as progress:
        # A log needs only the line at the end.
        counting = LookupProgress(progress) if sys.stderr.isatty() else LookupProgress()
        return refresh(
            accounts, shared.music_services(), spotify, shared.now, logs.report, counting, own,
            waits=work.shard != EVERYTHING,
        )  # fmt: skip


def enrich(shared: Composition) -> bool:
    """Look up genres, reporting a line for each service that was called; return whether something needs a person."""
    with connected():
        spotify = _spotify_for(shared, all_accounts())
    enriched = enrich_music(shared.music_services(), shared.now, dump=shared.musicbrainz_dump, spotify=spotify)
    logs.report(*enriched.lines)
    return enriched.needs_a_person


def read_due_libraries(shared: Composition, work: Work) -> None:
    """Read the playlists and libraries of the listeners who want that and are due, reporting a line each."""
    with connected():
        for line in read_libraries(lambda: shared.spotify, work.accounts(), shared.now()):
            logs.report(line)


def recommend_everybody(work: Work, first_turns: frozenset[int]) -> None:
    """Make the lists of the listening day, week and month for each account that has none, after summing up its
    finished years and counting its open gaps.

    Accounts in `first_turns` get new lists, because music was just looked up for them for the first time. Without
    the task `recommend`, only these accounts get one. One account's failure never stops the others.
    """
    houses, others = Houses(), "recommend" in work.tasks
    with connected():
        # By time zone: lists of one zone begin at the same moment, so what others play is read once for all of them.
        for account in sorted(work.accounts(), key=lambda account: account.time_zone):
            if account.disabled or not (others or account.id in first_turns):
                continue
            try:
                with explained():
                    settle_by_todays_rules(account.id)
                    sum_up(account.id, utc_now())
                    store_open_gaps(account.id, open_gaps(account.id, utc_now()))
                    day = listening_day(utc_now(), account.time_zone)
                    for report in recommend_all(account, day, rebuild=account.id in first_turns, houses=houses):
                        logs.report(str(report))
            except DatabaseUnreachable:
                raise
            except Exception:
                log.exception("Making the list of %s failed", account.username)
                logs.report(f"{account.username}: no list, because of an unexpected error; see the log")


def write_lists(shared: Composition, work: Work) -> None:
    """Write lists to playlists on Spotify for the accounts that want one, reporting a line for each change."""
    with connected():
        wanting = wanting_playlists()
        accounts = [account for account in work.accounts() if account.id in wanting]
    if not accounts:
        return
    now, spotify = shared.now(), shared.spotify
    with connected():
        for line in write_playlists(spotify, accounts, lambda account: listening_day(now, account.time_zone)):
            logs.report(line)


if __name__ == "__main__":
    sys.exit(run_to_end(main))
