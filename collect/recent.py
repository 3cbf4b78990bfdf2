"""The `recent` collector: reads the whole page of recently played tracks each time, and saves each play once.

Spotify shows at most the 50 newest plays, some of them hours late and out of order, and its cursor reaches no further
back (Spotify: get-recently-played, 2026-05). So a high-water mark would lose plays.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from collect.dueness import decide_next
from collect.live.storing import settle_awaited
from collect.outcomes import Outcome, Report
from connect.session import Spotify
from db.collecting.clock import note_clock
from db.collecting.live import look_soon
from db.collecting.runs import Run, finish_run, start_run, trouble_lasts
from db.collecting.shards import EVERYTHING, Shard
from db.engine.changing import beside_others
from db.engine.cipher import WrongKey
from db.engine.connection import DatabaseUnreachable, connected, database
from db.engine.locks import share_names_lock, try_account_lock, wait_for_plays_lock
from db.library.catalogue import save_described
from db.people.accounts import bump_data_version, stored_grant
from db.people.consent import ask_again
from db.people.scan_modes import Pause, ScanMode, all_pauses_of, scanning_of
from db.plays.matching import settle_collected
from db.plays.plays import SavedPlays, count_saved, insert_recent
from db.webhooks.outbox import record_event
from db.webhooks.play_events import record_plays
from music import Play
from people.accounts import Account, all_accounts
from spotify.clock import warning_of
from spotify.errors import NotAvailable, OurMistake, Reconnect, SpotifyError, TooLittle, TryLater, Unexplained
from spotify.reading import RecentPage

log = logging.getLogger(__name__)
COLLECTOR = "recent"
FULL_PAGE = 50
MARGIN = timedelta(days=1)  # for a clock that is wrong, as in imports
PAUSED = "nothing is collected, because its listener has paused that"
OnStep = Callable[[str], None]


def ignore(_: str) -> None:
    """For a run that shows no progress."""


@dataclass(frozen=True, slots=True)
class Polled:
    """A page of recently-played: `at` on Spotify's clock, `noted_at` on this machine's."""

    page: RecentPage
    mode: ScanMode
    pauses: Sequence[Pause]
    at: datetime
    noted_at: datetime

    @property
    def plays(self) -> list[Play]:
        """The plays without those that were heard while collecting was paused."""
        return [play for play in self.page.plays if not any(pause.covers(play.played_at) for pause in self.pauses)]

    @property
    def clock_warning(self) -> str:
        return warning_of(self.noted_at - self.at)


def collect_recent(spotify: Spotify, shard: Shard = EVERYTHING) -> list[Report]:
    """Collect for every account that has tokens, due or not; one account's failure never stops the others.

    Raises DatabaseUnreachable; then what was collected so far stays, and the next run continues.
    """
    with connected():
        accounts = [each for each in all_accounts() if each.has_tokens and not each.disabled and shard.covers(each.id)]
    return [collect_account(spotify, account) for account in accounts]


def collect_account(spotify: Spotify, account: Account, on_step: OnStep = ignore, claim: UUID | None = None) -> Report:
    """Collect for one account, and decide when it is due again; errors are in the report.

    `on_step` is called with each step as it begins. `claim` is the batch in which a worker claimed it, if any. Raises
    DatabaseUnreachable.
    """
    report = _collected(spotify, account, on_step)
    with connected():
        decide_next(account.id, report, spotify.now(), claim)
    return report


def _collected(spotify: Spotify, account: Account, on_step: OnStep) -> Report:
    try:
        with connected(), try_account_lock(account.id, COLLECTOR) as mine:
            if not mine:
                return Report(account.username, Outcome.BUSY, "another run is collecting for this account right now")
            return _collect_locked(spotify, account, on_step)
    except DatabaseUnreachable:
        raise
    except Exception:
        log.exception("Collecting for %s failed", account.username)
        return Report(account.username, Outcome.FAILED, "failed unexpectedly; the log has the details")


def _collect_locked(spotify: Spotify, account: Account, on_step: OnStep) -> Report:
    scanning = scanning_of(account.id)
    if scanning.paused_since is not None:
        return Report(account.username, Outcome.PAUSED, PAUSED)
    run, grant = start_run(account.id, COLLECTOR), stored_grant(account.id)
    on_step("Fetching plays from Spotify")
    try:
        client = spotify.client_for(account)
        page = _without_future(client.recently_played(), client.now())
    except (SpotifyError, WrongKey) as error:
        if grant and isinstance(error, TooLittle):
            ask_again(account.id, grant, str(error))
        try_again_at = error.until if isinstance(error, TryLater) else None
        report = Report(account.username, _outcome(account, error), str(error), try_again_at=try_again_at)
        finish_run(run, report.outcome, report.message)
        return report
    on_step(f"Storing {len(page.plays)} plays")
    return _save(account, run, Polled(page, scanning.mode, all_pauses_of(account.id), client.now(), spotify.now()))


def _without_future(page: RecentPage, now: datetime) -> RecentPage:
    """A single play in the far future would stretch the account's history until then."""
    ended = tuple(play for play in page.plays if play.played_at <= now + MARGIN)
    future = ("a play that ended in the future",) * (len(page.plays) - len(ended))
    return replace(page, plays=ended, unreadable=(*page.unreadable, *future))


def _outcome(account: Account, error: Exception) -> Outcome:
    if isinstance(error, Unexplained) and trouble_lasts(account.id):
        return Outcome.NOT_AVAILABLE
    kinds = {
        TryLater: Outcome.TRY_LATER,
        Reconnect: Outcome.RECONNECT,
        NotAvailable: Outcome.NOT_AVAILABLE,
        OurMistake: Outcome.FAILED,
    }
    return next((outcome for kind, outcome in kinds.items() if isinstance(error, kind)), Outcome.FAILED)


def _save(account: Account, run: Run, polled: Polled) -> Report:
    plays = polled.plays
    note_clock(polled.noted_at - polled.at, polled.noted_at)
    save_described(play.item for play in plays)
    message = beside_others(lambda: _store(account, run, polled))
    newest = max((play.played_at for play in plays), default=None)
    return Report(account.username, Outcome.COLLECTED, message, last_played_at=newest)


def _store(account: Account, run: Run, polled: Polled) -> str:
    """Store everything that a poll has told, in the caller's transaction; returns the message of its run."""
    saved = store_recent(account.id, polled.plays, page_is_full=polled.page.shown == FULL_PAGE)
    settle_awaited(account.id, polled.mode, polled.pauses, polled.at)
    if saved.new:
        look_soon(account.id, polled.noted_at)
    if saved.gap:
        record_event(account.id, "gap", {"start": saved.gap.start, "end": saved.gap.end})
    message = ". ".join(filter(None, (_sentence(saved, polled), polled.clock_warning)))
    finish_run(run, Outcome.COLLECTED, message, saved)
    return message


def store_recent(account_id: int, plays: Sequence[Play], *, page_is_full: bool) -> SavedPlays:
    """Store a page of plays, and work out which reports count and which are excluded, in one transaction."""
    with database.atomic():
        share_names_lock()  # deleting another account must not remove tracks that these plays are about to reference
        wait_for_plays_lock(account_id)
        inserted = insert_recent(account_id, plays)
        if inserted:
            settle_collected(account_id, [report.played_at for report in inserted])
            # Even if the number of plays stays the same: a late report can replace another.
            bump_data_version(account_id)
            record_plays(account_id, [report.id for report in inserted])
        return count_saved(account_id, plays, inserted, page_is_full=page_is_full)


def _sentence(saved: SavedPlays, polled: Polled) -> str:
    page, paused = polled.page, len(polled.page.plays) - len(polled.plays)
    parts = [f"{saved.new} new {'play' if saved.new == 1 else 'plays'}, {saved.known} known"]
    if paused:
        parts.append(f"{paused} skipped, because collecting was paused then")
    if page.advertisements:
        count = page.advertisements
        parts.append(f"{count} {'advertisement' if count == 1 else 'advertisements'} skipped")
    if page.unreadable:
        parts.append(f"{len(page.unreadable)} unreadable ({'; '.join(page.unreadable)})")
    if saved.gap:
        parts.append(
            f"WARNING: all of them are new, so plays between {saved.gap.start:%Y-%m-%d %H:%M} and "
            f"{saved.gap.end:%Y-%m-%d %H:%M} UTC may be missing; collect more often, and import an export to fill it"
        )
    return "; ".join(parts)
