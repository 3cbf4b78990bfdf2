"""The parameters that select plays of a history, and the filter that they make."""

from typing import Annotated, Literal

from msgspec import Meta

from db.plays.reported_play import SOURCES
from insights.answers.parameters import Reveals, SearchText, Selects
from insights.answers.search_text import words
from insights.answers.values import says
from insights.history.filters import PlayFilter
from insights.history.heard_platforms import heard_platforms
from insights.history.matching import few_matching, patterns_of
from insights.plays.device_groups import DEVICES, device_of
from insights.plays.play_groups import UNKNOWN
from insights.plays.scope import Scope

Flag = Literal["true", "false"]
Search = Annotated[
    str,
    SearchText(),
    Selects(),
    Meta(min_length=1, max_length=100),
    says(
        "Only plays whose track, artists and album have all of these words in their names, also inside of a word. Case "
        "and accents do not matter."
    ),
]
Device = Annotated[
    str,
    Selects(),
    Reveals("devices"),
    Meta(extra_json_schema={"enum": list(DEVICES)}),
    says("Only plays on a device of this group, as in /devices."),
]
Skipped = Annotated[
    Flag,
    Selects(),
    Reveals("skips"),
    says("Only plays that were skipped, or only those that were not. Neither has plays whose source does not say."),
]
FromSource = Annotated[
    str,
    Selects(),
    Meta(extra_json_schema={"enum": list(SOURCES)}),
    says("Only plays that this source reported best."),
]
Offline = Annotated[
    Flag,
    Selects(),
    Reveals("shuffle"),
    says("Only plays without a connection, or only those with one. Neither has plays whose source does not say."),
]
Incognito = Annotated[
    Flag,
    Selects(),
    Reveals("shuffle"),
    says("Only plays in a private session, or only all others. Neither has plays whose source does not say."),
]


def wanted_plays(
    scope: Scope,
    q: str | None,
    device: str | None,
    skipped: str | None,
    source: str | None,
    offline: str | None,
    incognito: str | None,
) -> PlayFilter:
    """A query for `q`, and two for `device`."""
    track_ids, patterns = _tracks(scope, q)
    platforms = None if device is None else _platforms(scope.account_id, device)
    return PlayFilter(
        track_ids, patterns, source, platforms, device == UNKNOWN, _flag(skipped), _flag(offline), _flag(incognito)
    )


def _tracks(scope: Scope, q: str | None) -> tuple[tuple[int, ...] | None, tuple[str, ...] | None]:
    """Either the tracks, if they are few, or the patterns for their names."""
    patterns = None if q is None else patterns_of(words(q))
    if patterns is None or scope.track_ids is not None:
        return scope.track_ids, patterns
    few = few_matching(scope.account_id, patterns)
    return (None, patterns) if few is None else (few, None)


def _platforms(account_id: int, device: str) -> tuple[str, ...]:
    return tuple(platform for platform in heard_platforms(account_id) if device_of(platform) == device)


def _flag(value: str | None) -> bool | None:
    return None if value is None else value == "true"
