"""Parameters that several operations share, as components, by name."""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

from web.openapi.components.operation import Parameter

AccountName = Annotated[str, Meta(pattern="^[A-Za-z0-9._-]{1,64}$")]
ItemId = Annotated[str, Meta(pattern="^([0-9]{1,19}|[0-9A-Za-z]{22})$")]
GenreName = Annotated[str, Meta(min_length=1, max_length=100)]
DecadeName = Annotated[str, Meta(pattern="^[0-9]{3}0s?$")]
Seconds = Annotated[int, Meta(ge=0, le=3600)]
# JSON Schema can express "a date or an instant" and "a name or a pattern", but msgspec cannot.
A_MOMENT = {"anyOf": [{"format": "date"}, {"format": "date-time"}]}
A_PERIOD = {
    "anyOf": [
        {"enum": ["today", "week", "month", "year", "all"]},
        {"pattern": "^[0-9]{4}(-[0-9]{2}|-W[0-9]{2}|-[0-9]{2}-[0-9]{2})?$"},
    ]
}
Moment = Annotated[str, Meta(extra_json_schema=A_MOMENT)]
PeriodName = Annotated[str, Meta(extra_json_schema=A_PERIOD)]
SPOTIFY_ID = "4uLU6hMCjMI75M1A2tKUQC"
FROM = (
    "Plays that ended at this moment or later: a date (it begins at the listener's own midnight) or an instant with "
    "its offset."
)
TO = "Plays that ended before this moment, in the same forms as `from`, and later than it."


def _only_of(kind: str) -> Parameter:
    description = f"Only plays of this {kind}: the id that rankings show, or Spotify's."
    return Parameter(kind, description, ItemId, examples={"spotify": SPOTIFY_ID})


USERNAME = Parameter("username", "The name of an account.", AccountName, "path", examples={"alice": "alice"})
SHARED: Mapping[str, Parameter] = {
    "Username": USERNAME,
    "IfNoneMatch": Parameter(
        "If-None-Match", "ETags of answers that the client has, or `*`.", str, "header",
        examples={"etag": 'W/"5b0a4bd7a9c0c1f2d3e4f5a6"'},
    ),
    "Period": Parameter(
        "period",
        "Which time: the current day, week, month or year where the listener lives; a year, a month, an ISO week or a "
        "day; or all of it. Not together with `from` or `to`.",
        PeriodName, default="all",
        examples={"year": "2025", "month": "2025-06", "week": "2025-W42", "now": "week"},
    ),
    "From": Parameter("from", FROM, Moment, examples={"date": "2026-11-01"}),
    "To": Parameter("to", TO, Moment, examples={"date": "2026-12-01"}),
    "TimeZone": Parameter(
        "tz", "The time zone for days and hours, instead of the listener's own at that time.",
        examples={"zone": "Europe/Berlin"},
    ),
    "MinSeconds": Parameter(
        "min_seconds",
        "How long a play must have been heard to count. A play of unknown length is taken to have lasted as long as "
        "its track.",
        Seconds, default=30,
    ),
    "Artist": _only_of("artist"),
    "Album": _only_of("album"),
    "Track": _only_of("track"),
    "Genre": Parameter(
        "genre", "Only plays of songs that have this genre, among others: a name that /top-genres shows.", GenreName,
        examples={"genre": "dream pop"},
    ),
    "Decade": Parameter(
        "decade", "Only plays of songs from this decade, by its first year, as in /decades.", DecadeName,
        examples={"decade": "1990"},
    ),
    "CompletenessWanted": Parameter(
        "completeness", "true: the answer also says how complete the plays of the period are.",
        Literal["true", "false"], default="false",
    ),
}  # fmt: skip
