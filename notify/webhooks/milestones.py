"""Send milestones to webhooks: the plays that reached a round number of plays, or of hours listened.

Only those of the last days are sent, so an import does not send years of them. The id of an event is derived from the
milestone, so none is sent twice.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from db.engine.connection import connected, database
from db.sums import summed_periods
from db.webhooks.outbox import Data, is_wanted, record_events
from insights.answers.periods import ALL
from insights.plays.scope import Scope
from insights.reached import Milestone, reached_within
from insights.shown.music import shown_track
from people.accounts import Account

RECENT = timedelta(days=7)  # less than deliveries are kept, so repeated ones are noticed


def queue_milestone_events(accounts: Sequence[Account], now: datetime) -> None:
    """Raises DatabaseUnreachable."""
    for account in accounts:
        with connected(), database.atomic():
            if is_wanted(account.id, "milestone"):
                record_events(account.id, "milestone", _reached(account, now))


def _reached(account: Account, now: datetime) -> list[tuple[UUID, Data]]:
    scope = Scope(account.id, account.zones, ALL, summed=summed_periods(account.id)).during(now - RECENT, now)
    by_kind = dict(zip(("plays", "hours"), reached_within(scope), strict=True))
    return [_event(account, kind, each) for kind, reached in by_kind.items() for each in reached]


def _event(account: Account, kind: str, milestone: Milestone) -> tuple[UUID, Data]:
    name = f"insight:{account.created_at.isoformat()}:{account.id}:milestone:{kind}:{milestone.number}"
    data = {
        "kind": kind,
        "number": milestone.number,
        "played_at": milestone.played_at,
        "track": shown_track(milestone.track),
    }
    return uuid5(NAMESPACE_URL, name), data
