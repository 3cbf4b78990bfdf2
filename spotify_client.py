"""Door: the cron program. `python spotify_client.py` collects and recommends: the first dump and the nightly run.

`collect` alone takes in what Spotify shows now; `refresh` alone asks other services, and Spotify, what lists are made
from; `recommend` alone makes today's list for every account that has none. Exit status 0, or 1 when something needs a
person, or 78 when a setting is wrong. `--every 20m` and `--schedule FILE` do it again and again (collect/scheduler.py).
"""

import argparse
import logging
import signal
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import advice
import logs
import settings as configuration
from advice import command
from arguments import Parser, door
from collect.cleanup import forget_what_must_go
from collect.period_sums import sum_up
from collect.recent import collect_recent
from collect.schedule import Every, Job, ScheduleError, duration, read_crontab
from collect.scheduler import run_jobs
from collect.todays_playlist import write_playlists
from connect.apps import Apps, named_apps
from connect.connecting import utc_now
from connect.session import Spotify
from db.engine.cipher import Cipher
from db.engine.connection import DatabaseUnreachable, connected
from db.engine.failures import explained
from db.engine.server import ServerError
from db.lists.playlists import wanting_playlists
from db.people.accounts import ensure_accounts
from db.people.apps import stored_apps
from db.plays.matching import settle_by_todays_rules
from db.startup.migrate import DatabaseTooNew
from db.startup.opening import SecretKeyMissing, opened_database, secret_key
from db.startup.versions import news_of_the_upgrade
from ending import end_in_order, run_to_end
from enrich.own import OwnSeeds
from enrich.progress import progress_on
from enrich.refreshing import Refreshed, refresh
from metadata.services import Services, configured
from notify.channels import WrongAddress, channels
from notify.notices import due_notices, send_notices
from people.accounts import all_accounts
from people.ended_consents import ended_consents
from recommend.nightly import Houses, listening_day, recommend
from settings import Settings, SettingsError
from spotify.client import SpotifyClient
from spotify.http import Http
from spotify.oauth import service_address

__all__ = ["SpotifyClient", "main"]
log = logging.getLogger(__name__)
DATA = configuration.data_folder()
WRONG_SETTING = 78  # EX_CONFIG
WORKS = ("collect", "refresh", "recommend")
EXAMPLES = {
    "": [
        ("", "collect, ask services, and make the lists of today"),
        ("collect", "take in what Spotify shows now; cron does it every 20 minutes"),
        ("recommend", "make today's list for each account that has none; cron does it every hour"),
    ]
}


def main(arguments: Sequence[str] | None = None, program: str = "spotify_client.py") -> int:
    chosen = _chosen(build_parser(program), arguments)
    end_in_order()
    try:
        logs.start(sys.stderr, *configuration.logging_choice())
        if sys.stderr.isatty():
            logs.keep_audit_apart(DATA / "audit.log")
        settings = configuration.read()
        advice.set_up(**configuration.circumstances(settings, demo=chosen.demo))
        if jobs := jobs_of(chosen):
            return run_jobs(jobs, main, logs.report)
        return 1 if work_once(settings, set(chosen.work or WORKS)) else 0
    except (SettingsError, SecretKeyMissing, WrongAddress, ScheduleError) as error:
        return _refused(error, WRONG_SETTING)
    except (DatabaseUnreachable, DatabaseTooNew, ServerError) as error:
        return _refused(error, 1)
    except KeyboardInterrupt:  # what was asked and stored so far stays
        return 128 + signal.SIGINT


def work_once(settings: Settings, work: set[str]) -> bool:
    """Whether something needs a person."""
    with opened_database(settings.database_url, DATA):
        with connected():
            ensure_accounts(settings.usernames, settings.time_zone)
            logs.report(*news_of_the_upgrade())
        forget(settings)
        needs_a_person = "collect" in work and collect(settings)
        anew: frozenset[int] = frozenset()
        if "refresh" in work:
            refreshed = refresh_everybody(settings)
            needs_a_person, anew = needs_a_person or refreshed.needs_a_person, refreshed.first_turns
        if work != {"collect"}:
            recommend_everybody(anew, others="recommend" in work)
            write_lists(settings)
        if "collect" in work:  # last: an address that is none costs nothing else
            tell(settings)
    return needs_a_person


def build_parser(program: str) -> Parser:
    parser = door(program, "Collect what the accounts played, and recommend what to play next.", EXAMPLES)
    add_options(parser)
    return parser


def add_options(parser: Parser) -> None:
    parser.add_argument(
        "--demo",
        action="store_true",
        help="the settings are the demo's, as run.py hands them to the programs it starts",
    )
    parser.add_argument(
        "work", nargs="*", type=_work, metavar="WORK",
        help="only this: collect takes in what Spotify shows now; refresh asks services what lists are made from; "
        "recommend makes today's lists (default: all three)",
    )  # fmt: skip
    again = parser.add_mutually_exclusive_group()
    again.add_argument("--every", type=duration, metavar="TIME", help="again and again, as in 20m, until it is stopped")
    again.add_argument("--schedule", type=Path, metavar="FILE", help="by the lines of a crontab, until it is stopped")


def _chosen(parser: Parser, arguments: Sequence[str] | None) -> argparse.Namespace:
    chosen = parser.parse_args(arguments)
    if chosen.schedule and chosen.work:
        parser.error("a schedule says by itself what to do: leave out " + " ".join(chosen.work))
    return chosen


def _work(name: str) -> str:
    # argparse's own `choices` refuse that none is given
    if name not in WORKS:
        raise argparse.ArgumentTypeError(f"invalid choice: {name!r} (choose from {', '.join(map(repr, WORKS))})")
    return name


def jobs_of(chosen: argparse.Namespace) -> list[Job]:
    """Those to run again and again; none where all is to be done once. Raises ScheduleError."""
    if chosen.schedule:
        return read_crontab(chosen.schedule)
    return [Job(tuple(chosen.work or ()), Every(chosen.every))] if chosen.every else []


def _refused(error: Exception, status: int) -> int:
    logs.refuse(error)
    return status


def collect(settings: Settings) -> bool:
    """Collect for every connected account, a line each; returns whether something needs a person."""
    with connected():
        accounts = all_accounts()
    for account in accounts:
        if account.disabled:
            enabling = command("cli.py", "users enable", account.username)
            logs.report(f"{account.username}: disabled; `{enabling}` lets it be as before")
        elif not account.has_tokens:
            connecting = command("cli.py", "connect", account.username)
            logs.report(f"{account.username}: not connected to Spotify; `{connecting}` does it")
    if not any(account.has_tokens and not account.disabled for account in accounts):
        logs.report("Nothing to collect: no account is connected.")
        return False
    with connected():
        has_app = _has_app(settings)
    if not has_app:
        raise SettingsError("CLIENT_ID is not set: accounts are connected, but nothing can be asked of Spotify.")
    reports = collect_recent(speaking_to_spotify(settings))
    for report in reports:
        logs.report(str(report))
    return any(report.needs_a_person for report in reports)


def speaking_to_spotify(settings: Settings) -> Spotify:
    """Raises SecretKeyMissing."""
    return Spotify(
        build_apps(settings),
        Http(),
        calls_a_day=settings.api_calls_a_day,
        keep_after_disconnect=settings.keep_after_disconnect,
    )


def build_apps(settings: Settings) -> Apps:
    """The app that the settings name, and those of listeners' own. Raises SecretKeyMissing."""
    return named_apps(settings, Cipher(secret_key(settings.secret_key, settings.database_url, DATA)))


def forget(settings: Settings) -> None:
    """Delete what has to go by now, a line each."""
    now, keep = datetime.now(UTC), settings.keep_after_disconnect
    with connected():
        is_asked = not keep and _has_app(settings) and any(consent.is_due(now) for consent in ended_consents())
        spotify = speaking_to_spotify(settings) if is_asked else None
        for line in forget_what_must_go(now, keep_after_disconnect=keep, spotify=spotify):
            logs.report(line)


def _has_app(settings: Settings) -> bool:
    return settings.client_id is not None or bool(stored_apps())


def tell(settings: Settings) -> None:
    """Send what there is to say about consents that end, a line each; without addresses, to the log.

    Raises WrongAddress.
    """
    ways = channels(settings.notify_urls)
    with connected():
        address, keep = service_address(settings.redirect_uri), settings.keep_after_disconnect
        notices = due_notices(datetime.now(UTC), address, keep_after_disconnect=keep)
    for line in send_notices(notices, ways) if ways else [notice.title for notice in notices]:
        logs.report(line)


def refresh_everybody(settings: Settings) -> Refreshed:
    """Ask services what lists are made from, a line about each that anything was wanted of."""
    with connected():
        accounts = all_accounts()
        has_app = _has_app(settings)
    spotify = None
    if has_app and any(account.has_tokens for account in accounts):
        spotify = speaking_to_spotify(settings)
    own = OwnSeeds(settings.seed_artists, settings.seed_genres, settings.seed_tracks)
    return refresh(accounts, build_services(settings), spotify, utc_now, logs.report, progress_on(), own)


def build_services(settings: Settings) -> Services:
    """Those that the settings name."""
    urls = (
        settings.listenbrainz_url, settings.listenbrainz_labs_url, settings.lastfm_url, settings.musicbrainz_url,
        settings.reccobeats_url,
    )  # fmt: skip
    on_this_machine = all(url.startswith("http://127.0.0.1:") for url in urls)  # as the demo's are
    return configured(
        settings.services,
        listenbrainz_token=settings.listenbrainz_token,
        lastfm_api_key=settings.lastfm_api_key,
        listenbrainz_url=settings.listenbrainz_url,
        listenbrainz_labs_url=settings.listenbrainz_labs_url,
        lastfm_url=settings.lastfm_url,
        musicbrainz_url=settings.musicbrainz_url,
        reccobeats_url=settings.reccobeats_url,
        sleep=_without_pauses if on_this_machine else time.sleep,
    )


def _without_pauses(_: float) -> None:
    """Nobody is to be spared on this machine."""


def recommend_everybody(anew: frozenset[int], *, others: bool) -> None:
    """The list of the listening day, for each account that has none yet; before it, the sums of years.

    Lists of the accounts in `anew` are made anew: services have just been asked for them for the first time. Without
    `others` these only. One account's trouble never stops the others.
    """
    houses = Houses()
    with connected():
        # Zone by zone: the lists of one begin at one moment, for which what others play is read once.
        for account in sorted(all_accounts(), key=lambda account: account.time_zone):
            if account.disabled or not (others or account.id in anew):
                continue
            try:
                with explained():
                    settle_by_todays_rules(account.id)
                    sum_up(account.id, datetime.now(UTC))
                    day = listening_day(datetime.now(UTC), account.time_zone)
                    logs.report(str(recommend(account, day, rebuild=account.id in anew, houses=houses)))
            except DatabaseUnreachable:
                raise
            except Exception:
                log.exception("Recommending to %s failed", account.username)
                logs.report(f"{account.username}: no list, it failed unexpectedly; the log has the details")


def write_lists(settings: Settings) -> None:
    """To Spotify, for each account that wants that; a line about each of which there is news."""
    with connected():
        wanting = wanting_playlists()
        accounts = [account for account in all_accounts() if account.id in wanting]
    if not accounts:
        return
    now, spotify = datetime.now(UTC), speaking_to_spotify(settings)
    with connected():
        for line in write_playlists(spotify, accounts, lambda account: listening_day(now, account.time_zone)):
            logs.report(line)


if __name__ == "__main__":
    sys.exit(run_to_end(main))
