"""Read single values of an answer: whatever may be missing, of another kind or nonsense is None or left out."""

import json
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from metadata.answers import MOST, NamedTrack, SimilarArtist
from metadata.errors import ServiceDown
from music import shown_name

LONGEST = 300  # characters of a name
MBID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Found = TypeVar("Found", SimilarArtist, NamedTrack)
Json = dict[str, Any]


def parsed(body: bytes) -> Any:
    """The body as JSON, None where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def something_else(service: str) -> ServiceDown:
    return ServiceDown(service, f"{service} answers something else than what was asked for; the next run tries again.")


def text(value: Any) -> str | None:
    """A name: one that can be seen, not endless, and such as a database can keep."""
    if not isinstance(value, str):
        return None
    return shown_name("".join(filter(str.isprintable, " ".join(value[: LONGEST * 2].split())))[:LONGEST])


def number(value: Any) -> float | None:
    """A number above 0, also where it is written as text, as Last.fm does."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) and found > 0 else None


def mbid(value: Any) -> str | None:
    return value.lower() if isinstance(value, str) and MBID.fullmatch(value.lower()) else None


def inner(value: Any, *names: str) -> Any:
    """What is under one name after the other, None where something on the way is no object."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def objects(value: Any) -> list[Json]:
    """The objects of a list; a list of one is sometimes given as the one alone (Last.fm)."""
    found = [value] if isinstance(value, dict) else value
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def ranked(service: str, items: Sequence[Json], read: Callable[[Json], Found | None]) -> tuple[Found, ...]:
    """What could be read of `items`, each once, the best first with 1 and the others relative to it.

    Raises ServiceDown where there are items and none of them can be read: that is another answer.
    """
    found = [result for item in items if (result := read(item)) is not None]
    if items and not found:
        raise something_else(service)
    # ListenBrainz's labs promise no order.
    found.sort(key=lambda result: (-result.score, result.name))
    return tuple(replace(result, score=round(result.score / found[0].score, 6)) for result in _once(found))[:MOST]


def _once(found: Iterable[Found]) -> list[Found]:
    kept: dict[tuple[str, str], Found] = {}
    for result in found:
        artist = result.artist if isinstance(result, NamedTrack) else ""
        kept.setdefault((artist.casefold(), result.name.casefold()), result)
    return list(kept.values())
