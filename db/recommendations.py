"""Store a night's recommendations: one run per account and date, whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from db.accounts import bump_data_version
from db.connection import database
from db.models import Recommendation, RecommendationRun


@dataclass(frozen=True, slots=True)
class Item:
    """One recommended track, with a reason for people and the evidence behind it."""

    kind: str
    track_id: int
    score: float
    reason: str
    evidence: Mapping[str, object]


def replace_run(
    account_id: int, day: date, as_of: datetime, time_zone: str, engine: int, status: str, items: Sequence[Item]
) -> None:
    """Store the run of a date in place of the one that may be there; ranks follow the order of `items`."""
    with database.atomic():
        # Its items go with it: the foreign key cascades.
        database.execute_sql("DELETE FROM recommendation_run WHERE account_id = %s AND date = %s", (account_id, day))
        RecommendationRun.insert(
            account=account_id, date=day, as_of=as_of, time_zone=time_zone, engine=engine, status=status
        ).execute()
        columns = [
            {
                "account": account_id,
                "date": day,
                "rank": rank,
                "kind": item.kind,
                "track": item.track_id,
                "score": item.score,
                "reason": item.reason,
                "evidence": dict(item.evidence),
            }
            for rank, item in enumerate(items, start=1)
        ]
        if columns:
            Recommendation.insert_many(columns).execute()
        bump_data_version(account_id)
