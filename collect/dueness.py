"""When an account is collected next: often while its listener listens, less often otherwise, rarely after failures."""

from datetime import datetime, timedelta
from uuid import UUID

from collect.outcomes import Outcome, Report
from db.collecting.schedule import collect_after_failure, collect_at, collect_no_more

ACTIVE = timedelta(minutes=20)  # 50 plays of 30 s take 25 minutes, and Spotify shows no more than 50
IDLE = timedelta(minutes=60)
LISTENING = timedelta(hours=2)  # for so long after a play, its listener may still be listening
# Temporary trouble must not cost plays once it has passed; the rest waits for a person.
LONGEST_TROUBLE, LONGEST_FAILURE = timedelta(hours=1), timedelta(days=1)


def decide_next(account_id: int, report: Report, now: datetime, claim: UUID | None = None) -> None:
    """Store when the account is collected next, after a poll with this outcome."""
    match report.outcome:
        case Outcome.COLLECTED:
            collect_at(account_id, now, now + _interval(report.last_played_at, now), claim)
        case Outcome.BUSY:
            collect_at(account_id, now, now + ACTIVE, claim)
        case Outcome.PAUSED:
            collect_no_more(account_id, claim)
        case Outcome.TRY_LATER:
            collect_after_failure(account_id, now, (ACTIVE, LONGEST_TROUBLE), report.try_again_at, claim)
        case _:
            collect_after_failure(account_id, now, (ACTIVE, LONGEST_FAILURE), report.try_again_at, claim)


def _interval(last_played_at: datetime | None, now: datetime) -> timedelta:
    return ACTIVE if last_played_at and now - last_played_at <= LISTENING else IDLE
