"""Door: the cron program. `python spotify_client.py` collects and recommends: the first dump and the nightly run.

`collect` alone takes in what Spotify shows now; `refresh` alone asks other services, and Spotify, what lists are made
from; `recommend` alone makes today's list for every account that has none. Exit status 0, or 1 when something needs a
person, or 78 when a setting is wrong.
"""

import argparse
import logging
import signal
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import settings as configuration
from collect.apps import Apps, named_apps
from collect.channels import WrongAddress, channels
from collect.connecting import utc_now
from collect.forgetting import forget_what_must_go
from collect.matching import settle_by_todays_rules
from collect.notices import due_notices, send_notices
from collect.recent import collect_recent
from collect.refresh_own import OwnSeeds
from collect.refresh_progress import progress_on
from collect.refreshing import Refreshed, refresh
from collect.session import Spotify
from collect.summing import sum_up
from collect.todays_playlist import write_playlists
from db.accounts import all_accounts, ensure_accounts
from db.apps import stored_apps
from db.connection import DatabaseUnreachable, connected
from db.migrate import DatabaseTooNew
from db.opening import SecretKeyMissing, opened_database, secret_key
from db.playlists import wanting_playlists
from db.server import ServerError
from db.tokens import Cipher
from db.versions import news_of_the_upgrade
from ending import end_in_order, run_to_end
from insights.ended_consents import ended_consents
from metadata.services import Services, configured
from printing import log_to, say
from recommend.nightly import Houses, listening_day, recommend
from settings import Settings, SettingsError
from spotify.client import SpotifyClient
from spotify.http import Http
from spotify.oauth import service_address

__all__ = ["SpotifyClient", "main"]
log = logging.getLogger(__name__)
DATA = configuration.ROOT / ".data"
WRONG_SETTING = 78  # EX_CONFIG


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Collect what the accounts played, and recommend what to play next.")
    parser.add_argument("work", nargs="?", choices=("collect", "refresh", "recommend"), help="one of them only")
    work = parser.parse_args(arguments).work
    log_to(None, "%(levelname)s %(name)s: %(message)s", logging.WARNING)
    end_in_order()
    try:
        settings = configuration.read()
        with opened_database(settings.database_url, DATA):
            with connected():
                ensure_accounts(settings.usernames, settings.time_zone)
                for line in news_of_the_upgrade():
                    _say(line)
            forget(settings)
            needs_a_person = work in {None, "collect"} and collect(settings)
            anew: frozenset[int] = frozenset()
            if work in {None, "refresh"}:
                refreshed = refresh_everybody(settings)
                needs_a_person, anew = needs_a_person or refreshed.needs_a_person, refreshed.first_turns
            if work != "collect":
                recommend_everybody(anew, others=work != "refresh")
                write_lists(settings)
            if work in {None, "collect"}:  # last: an address that is none costs nothing else
                tell(settings)
    except (SettingsError, SecretKeyMissing, WrongAddress) as error:
        return _refused(error, WRONG_SETTING)
    except (DatabaseUnreachable, DatabaseTooNew, ServerError) as error:
        return _refused(error, 1)
    except KeyboardInterrupt:  # what was asked and stored so far stays
        return 128 + signal.SIGINT
    return 1 if needs_a_person else 0


def _refused(error: Exception, status: int) -> int:
    say(error, file=sys.stderr)
    return status


def collect(settings: Settings) -> bool:
    """Collect for every connected account, a line each; returns whether something needs a person."""
    with connected():
        accounts = all_accounts()
    for account in accounts:
        if account.disabled:
            _say(f"{account.username}: disabled; `python cli.py users enable {account.username}` lets it be as before")
        elif not account.connected:
            _say(f"{account.username}: not connected to Spotify; `python cli.py connect {account.username}` does it")
    if not any(account.connected and not account.disabled for account in accounts):
        _say("Nothing to collect: no account is connected.")
        return False
    with connected():
        has_app = _has_app(settings)
    if not has_app:
        raise SettingsError("CLIENT_ID is not set: accounts are connected, but nothing can be asked of Spotify.")
    reports = collect_recent(speaking_to_spotify(settings))
    for report in reports:
        _say(str(report))
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
            _say(line)


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
        _say(line)


def refresh_everybody(settings: Settings) -> Refreshed:
    """Ask services what lists are made from, a line about each that anything was wanted of."""
    with connected():
        accounts = all_accounts()
        has_app = _has_app(settings)
    spotify = None
    if has_app and any(account.connected for account in accounts):
        spotify = speaking_to_spotify(settings)
    own = OwnSeeds(settings.seed_artists, settings.seed_genres, settings.seed_tracks)
    return refresh(accounts, build_services(settings), spotify, utc_now, _say, progress_on(), own)


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
                settle_by_todays_rules(account.id)
                sum_up(account.id, datetime.now(UTC))
                day = listening_day(datetime.now(UTC), account.time_zone)
                _say(str(recommend(account, day, rebuild=account.id in anew, houses=houses)))
            except DatabaseUnreachable:
                raise
            except Exception:
                log.exception("Recommending to %s failed", account.username)
                _say(f"{account.username}: no list, it failed unexpectedly; the log has the details")


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
            _say(line)


def _say(line: str) -> None:
    # Flushed line by line: a log that is read while the program runs shows how far it is.
    say(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {line}", flush=True)


if __name__ == "__main__":
    sys.exit(run_to_end(main))
