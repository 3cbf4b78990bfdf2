"""The value types of answers: dates, instants, addresses and numbers."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from insights.answers.values import moment

MILLISECONDS = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"
Instant = Annotated[str, Meta(pattern=MILLISECONDS, extra_json_schema={"format": "date-time"})]
WithOffset = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Uri = Annotated[str, Meta(extra_json_schema={"format": "uri"})]
Path = Annotated[str, Meta(extra_json_schema={"format": "uri-reference"})]
Number = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]
Fraction = Annotated[float, Meta(ge=0, le=1)]
Day = date


def maybe_moment(instant: datetime | None) -> str | None:
    return moment(instant) if instant is not None else None
