"""How much of what made-up listeners hear live collecting sees, and how many calls a day that takes.

    python -m benchmarks.live [--days 60]

No database and no network: the simulated player is looked at with the real pace, and the real rules make plays of it.
Every fifth play is a local file.
"""

import argparse
import json
import statistics
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from collect.live.hearing import Heard, Watched, observe
from collect.live.pace import wait
from demo import listener
from demo.catalogue import Catalogue, make_catalogue
from demo.fake_player import PATH, SCOPE, Change, FakePlayer
from demo.fake_wire import Request
from demo.listening_session import LOCAL, LOCAL_EVERY
from music import Track
from spotify.player import Shown, read_shown

SINCE = datetime(2026, 6, 1, tzinfo=UTC)
LONG_ENOUGH = 30_000  # milliseconds, from which a play counts
PLAYS_A_DAY = (15, 40, 100)  # of the made-up listeners' habits; holidays, skips and short plays leave about half
SECOND, MILLISECOND = timedelta(seconds=1), timedelta(milliseconds=1)
REQUEST = Request("GET", f"https://api.spotify.com{PATH}?additional_types=track,episode", {}, b"")


@dataclass
class Clock:
    now: datetime = SINCE

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Played:
    """A play as it happened; `track` is what the player showed."""

    track: Track
    heard: listener.Heard


def played(plays_a_day: int, catalogue: Catalogue, until: datetime) -> list[Played]:
    habits = listener.Habits(1, date(2026, 6, 1), "Europe/Berlin", plays_a_day)
    music = [heard for heard in listener.listen(habits, catalogue, until) if heard.track and heard.ms_played]
    return [
        Played(LOCAL if number % LOCAL_EVERY == 0 or heard.track is None else heard.track, heard)
        for number, heard in enumerate(music)
    ]


def changes(plays: Sequence[Played]) -> Iterator[Change]:
    """The changes of the player: each play with a pause in its middle, and silence after it unless another follows."""
    for play, following in pairwise([*plays, None]):
        if play is None:
            continue
        heard, half = play.heard, play.heard.ms_played // 2
        paused = heard.ended_at - heard.started_at - heard.ms_played * MILLISECOND
        yield Change(heard.started_at, play.track)
        if paused > SECOND:
            yield Change(heard.started_at + half * MILLISECOND, play.track, half, is_playing=False)
            yield Change(heard.started_at + half * MILLISECOND + paused, play.track, half)
        if following is None or following.heard.started_at - heard.ended_at > SECOND:
            yield Change(heard.ended_at, None)


def watch(plays: Sequence[Played], until: datetime, *, in_full: bool) -> tuple[list[Heard], int]:
    """The plays that were seen, and the number of calls."""
    clock, watched, shown_at, seen, calls = Clock(), Watched(), None, list[Heard](), 0
    player, every = FakePlayer(clock), list(changes(plays))
    player.play("listener", every)
    while clock.now < until:
        shown, calls = look(player, clock.now), calls + 1
        watched, ended = observe(watched, shown)
        seen += ended
        shown_at = clock.now if shown.item or shown_at is None else shown_at
        clock.now += wait(watched, shown_at, in_full=in_full)
    return seen, calls


def look(player: FakePlayer, at: datetime) -> Shown:
    answer = player.answer(REQUEST, "listener", SCOPE)
    return read_shown(json.loads(answer.body) if answer and answer.body else None, at)


def report(mode: str, plays_a_day: int, catalogue: Catalogue, days: int) -> str:
    until = SINCE + timedelta(days=days)
    plays = played(plays_a_day, catalogue, until)
    seen, calls = watch(plays, until, in_full=mode == "live")
    long = [play for play in plays if play.heard.ms_played >= LONG_ENOUGH]
    found = [(play, match) for play in long if (match := matched(play, seen))]
    local, local_found = (sum(play.track is LOCAL for play in some) for some in (long, [play for play, _ in found]))
    wrong = [abs(match.listened_ms - play.heard.ms_played) / 1000 for play, match in found]
    return (
        f"{mode:6}  {len(long) / days:4.0f} plays a day  {calls / days:4.0f} calls a day  "
        f"{len(found) / len(long):6.1%} seen  local files {local_found / local:6.1%}  "
        f"wrong by {statistics.median(wrong):.1f} s, 99 % by at most {statistics.quantiles(wrong, n=100)[-1]:.1f} s"
    )


def matched(play: Played, seen: Sequence[Heard]) -> Heard | None:
    first = bisect_left(seen, play.heard.started_at, key=lambda heard: heard.ended_at)
    near = (heard for heard in seen[first : first + 3] if heard.started_at < play.heard.ended_at)
    return next((heard for heard in near if heard.item.uri == play.track.uri), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=60)
    days, catalogue = parser.parse_args().days, make_catalogue()
    for plays_a_day in PLAYS_A_DAY:
        for mode in ("live", "hybrid"):
            print(report(mode, plays_a_day, catalogue, days))


if __name__ == "__main__":
    main()
