"""Fill the cache that recommendations are made from: look up, within limits, what the listeners' lists need.

Fresh answers in the cache are not looked up again, and each answer is stored at once, so an interrupted run continues
where it stopped. Each account has one turn per listening day, and another after an import.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from zlib import crc32

from connect.call_budget import Purpose
from connect.session import Spotify
from db.collecting.lookup_state import Mark, mark, marks
from db.collecting.provider_cache import purge
from db.engine.connection import DatabaseUnreachable, connected
from db.engine.failures import explained
from db.engine.locks import refresh_lock, try_refresh_lock
from enrich.own import OF_THE_LISTENER, OwnSeeds, look_up_spotify_recommendations, look_up_user_recommendations
from enrich.progress import LookupProgress
from enrich.releases import look_up_album_tracks, look_up_discographies
from enrich.run import Clock, Report, Run
from enrich.similar import look_up_ids, look_up_similar_artists, look_up_similar_tracks
from enrich.tracks import look_up_artist_tracks
from enrich.uris import look_up_uris
from metadata.services import MOST_CACHED_BYTES, Services
from people.accounts import Account
from recommend.gathering import context_for
from recommend.listening.context import Context, nothing_cached
from recommend.nightly import cut_off, listening_day
from recommend.proposals.payloads import MalformedAnswer
from recommend.proposals.seeds import Seeds, seeds, top_artists
from spotify.client import SpotifyClient
from spotify.errors import SpotifyError

log = logging.getLogger(__name__)
ReportLine = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A report about each service, and the ids of accounts that had their first turn since an import.

    Today's lists of those accounts were made without these answers.
    """

    reports: Sequence[Report] = ()
    first_turns: frozenset[int] = frozenset()

    @property
    def needs_a_person(self) -> bool:
        return any(report.needs_a_person for report in self.reports)


def refresh(
    accounts: Sequence[Account],
    services: Services,
    spotify: Spotify | None,
    now: Clock,
    report_line: ReportLine,
    progress: LookupProgress | None = None,
    own: OwnSeeds = OF_THE_LISTENER,
    *,
    waits: bool = False,
) -> Refreshed:
    """Refresh every account that is due, and report a line about each service; a failure affects nothing else.

    If another program is refreshing, this one leaves the work to it, or `waits`, because that one has other accounts.
    """
    if not services.names and spotify is None:
        return Refreshed()
    with connected(), refresh_lock() if waits else try_refresh_lock() as mine:
        turns = list(_turns(accounts, now)) if mine else []
        run, first = Run(services, now, progress or LookupProgress()), set()
        for number, turn in enumerate(turns):
            if run.is_over:
                break
            run.begin_account(accounts_left=len(turns) - number)
            done = _refresh_account(run, turn, spotify, own)
            if done and not run.is_over:  # otherwise the next run continues it
                mark(turn.account.id, turn.day, turn.mark.imported, now())
                first |= {turn.account.id} if turn.is_first else set()
        purge(now(), MOST_CACHED_BYTES)
        reports = run.reports()
    for report in reports:
        report_line(str(report))
    return Refreshed(reports, frozenset(first))


@dataclass(frozen=True, slots=True)
class _Turn:
    account: Account
    day: date
    mark: Mark

    @property
    def is_first(self) -> bool:
        """Since the latest import."""
        return self.mark.seen != self.mark.imported

    @property
    def is_due(self) -> bool:
        return self.is_first or self.mark.day != self.day

    @property
    def order(self) -> tuple[date, int]:
        """The account that has waited longest comes first; ties are broken differently every day."""
        return self.mark.day or date.min, crc32(f"{self.day} {self.account.id}".encode())


def _turns(accounts: Sequence[Account], now: Clock) -> Iterator[_Turn]:
    enabled = [account for account in accounts if not account.disabled]
    seen = marks([account.id for account in enabled])
    turns = (_Turn(each, listening_day(now(), each.time_zone), seen[each.id]) for each in enabled if each.id in seen)
    yield from sorted((turn for turn in turns if turn.is_due), key=lambda turn: turn.order)


def _refresh_account(run: Run, turn: _Turn, spotify: Spotify | None, own: OwnSeeds) -> bool:
    """Run the steps, each of which builds on earlier ones. A step that fails is skipped. False if none can start."""
    account = turn.account
    try:
        with explained():
            context = context_for(account, turn.day, cut_off(turn.day, account.time_zone))
            client, top = _client(spotify, account), top_artists(context)
        _do_each(account, [partial(look_up_ids, run, top), partial(look_up_similar_artists, run, top)])
        _do_each(account, _steps(run, context, _seeds(context), client, own))
    except DatabaseUnreachable:  # no other turn would do better
        raise
    except Exception:
        log.exception("Looking up music for %s failed", account.username)
        return False
    return True


def _do_each(account: Account, steps: Sequence[Callable[[], None]]) -> None:
    for step in steps:
        try:
            with explained():
                step()
        except DatabaseUnreachable:
            raise
        except Exception:
            log.exception("A step of looking up music for %s failed", account.username)


def _steps(
    run: Run, context: Context, chosen: Seeds, client: SpotifyClient | None, own: OwnSeeds
) -> list[Callable[[], None]]:
    of_spotify = [
        partial(look_up_discographies, run, context, client),
        partial(look_up_album_tracks, run, context, client),
        partial(look_up_spotify_recommendations, run, context, chosen, client, own),
    ] if client else []  # fmt: skip
    return [
        partial(look_up_ids, run, chosen),
        partial(look_up_similar_artists, run, chosen),
        *of_spotify,
        partial(look_up_artist_tracks, run, context, chosen, client),
        partial(look_up_user_recommendations, run, context),
        partial(look_up_similar_tracks, run, chosen),
        partial(look_up_uris, run, context, chosen),
    ]


def _seeds(context: Context) -> Seeds:
    """The seeds; without the cache if that is unreadable, because it must be filled again."""
    try:
        return seeds(context)
    except MalformedAnswer:
        return seeds(replace(context, cached=nothing_cached))


def _client(spotify: Spotify | None, account: Account) -> SpotifyClient | None:
    """None for a listener without a working connection to Spotify."""
    try:
        return spotify.client_for(account, Purpose.METADATA) if spotify else None
    except SpotifyError:
        return None
