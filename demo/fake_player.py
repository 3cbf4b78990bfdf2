"""What the simulated Spotify shows of each listener's player: music, pauses, seeks, advertisements, local files."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from demo.fake_json import context_json, episode_json, local_json, track_json
from demo.fake_wire import Answer, Request, json_answer, refusal
from music import LOCAL_FILE, Episode, Track

PATH = "/v1/me/player/currently-playing"
SCOPE = "user-read-currently-playing"
IDLE = timedelta(minutes=10)  # after a pause of this length, the player counts as inactive


@dataclass(frozen=True, slots=True)
class Change:
    """From `at` on, the player is at `progress_ms` of `item`, until the next change.

    `item` is None if nothing plays; `kind` is ad or unknown if what plays is not described.
    """

    at: datetime
    item: Track | Episode | None
    progress_ms: int = 0
    is_playing: bool = True
    kind: str = ""
    context_uri: str | None = None


Changes = Callable[[datetime], Sequence[Change]]


@dataclass
class FakePlayer:
    """The changes of each listener's player, the earliest first."""

    clock: Callable[[], datetime]
    changes: dict[str, Changes] = field(default_factory=dict)

    def play(self, listener: str, changes: Sequence[Change] | Changes) -> None:
        """A sequence of changes, or a function that gives those up to an instant."""
        self.changes[listener] = changes if callable(changes) else lambda _: changes

    def answer(self, request: Request, listener: str, scopes: str) -> Answer | None:
        """None for requests that are not about what plays now."""
        if request.path != PATH:
            return None
        if SCOPE not in scopes.split():
            return refusal(403, "Insufficient client scope")
        change, now = self._now(listener), self.clock()
        if change is None or _has_ended(change, now):
            return Answer(204, {}, b"")
        return json_answer(200, _shown(change, now, request.query.get("additional_types", "track").split(",")))

    def _now(self, listener: str) -> Change | None:
        now = self.clock()
        changes = self.changes.get(listener, _none)(now)
        place = bisect_right(changes, now, key=lambda change: change.at)
        return changes[place - 1] if place else None


def _none(_: datetime) -> Sequence[Change]:
    return ()


def _has_ended(change: Change, now: datetime) -> bool:
    if change.item is None and not change.kind:
        return True
    if not change.is_playing:
        return now - change.at >= IDLE
    length = change.item.duration_ms if isinstance(change.item, Track) else None
    return length is not None and _progress(change, now) >= length


def _progress(change: Change, now: datetime) -> int:
    passed = (now - change.at) // timedelta(milliseconds=1) if change.is_playing else 0
    return change.progress_ms + passed


def _shown(change: Change, now: datetime, types: Sequence[str]) -> dict[str, Any]:
    kind = change.kind or ("episode" if isinstance(change.item, Episode) else "track")
    return {
        "timestamp": int(change.at.timestamp() * 1000),
        "context": context_json(change.context_uri) if change.context_uri else None,
        "progress_ms": _progress(change, now),
        "item": _item_json(change.item) if change.item and not change.kind and kind in types else None,
        "currently_playing_type": kind,
        "is_playing": change.is_playing,
    }


def _item_json(item: Track | Episode) -> dict[str, Any]:
    if isinstance(item, Episode):
        return episode_json(item)
    return local_json(item) if (item.uri or "").startswith(LOCAL_FILE) else track_json(item)
