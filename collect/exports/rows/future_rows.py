"""Refuse rows of plays in the future: a single one would stretch an account's history over thousands of years."""

from datetime import datetime, timedelta

from collect.exports.rows.row_fields import Malformed
from db.imports.staging import StagedRow

MARGIN = timedelta(days=1)  # for clocks that are wrong or show local time; `impossible_times` has the same margin
IN_THE_FUTURE = "ended in the future"


def refuse_future(play: StagedRow, latest: datetime) -> None:
    """Raises Malformed if the play ended after `latest`."""
    # Comparing texts is enough for nearly every row, and much faster than parsing each time.
    if play.played_at >= str(latest.date()) and datetime.fromisoformat(play.played_at) > latest:
        raise Malformed(IN_THE_FUTURE)
