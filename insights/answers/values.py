"""The types of members of answers: their bounds, and whether a link that shows totals only may show them.

Such a link shows only members that are marked safe. `Moment` and `Id` are not: a moment reveals a single play, and our
ids reveal in which order music was first played here. `Private` removes the mark from a type that has it.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar, get_args

from msgspec import Meta, Struct

from insights.answers.periods import WEEKDAYS

SAFE = "x-sum"  # marks the types that a link with totals only shows; left out of all published schemas
T = TypeVar("T")
Safe = Annotated[T, Meta(extra_json_schema={SAFE: True})]
Private = Annotated[T, Meta(extra_json_schema={SAFE: False})]

Count = Annotated[int, Meta(ge=0, extra_json_schema={SAFE: True})]
AtLeastOne = Annotated[int, Meta(ge=1, extra_json_schema={SAFE: True})]
Rank = Annotated[int, Meta(ge=1, extra_json_schema={SAFE: True})]
Milliseconds = Annotated[int, Meta(ge=0, extra_json_schema={SAFE: True})]
Share = Annotated[float, Meta(ge=0, le=1, extra_json_schema={SAFE: True})]
Number = Annotated[float, Meta(extra_json_schema={SAFE: True})]
Hour = Annotated[int, Meta(ge=0, le=23)]
Weekday = Annotated[str, Meta(extra_json_schema={"enum": list(WEEKDAYS), SAFE: True})]
Text = Annotated[str, Meta(extra_json_schema={SAFE: True})]
Day = Annotated[date, Meta(extra_json_schema={SAFE: True})]
Moment = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Id = Annotated[int, Meta(ge=1, description="Our number of it, the same in every answer.")]


def says(description: str) -> Meta:
    """The description of a member or parameter in the documentation."""
    return Meta(description=description)


def is_safe(hint: Any) -> bool:
    """Whether a link with totals only shows a member of this type."""
    metas = (part for part in getattr(hint, "__metadata__", ()) if isinstance(part, Meta))
    extras = (meta.extra_json_schema or {} for meta in metas)
    marks = [extra[SAFE] for extra in extras if SAFE in extra]
    return bool(marks[-1]) if marks else any(map(is_safe, get_args(hint)[:1]))


def moment(instant: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond, as in 2026-11-20T17:30:00.000Z."""
    in_utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return in_utc.isoformat("T", "milliseconds")[:-6] + "Z"  # without +00:00


# gc=False: an answer has thousands of parts and no reference cycles, for which Python would search them.
class Part(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """An object in an answer; its fields are the members, documented by their types."""
