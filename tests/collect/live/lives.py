"""Made-up listening: what a listener's player did, the changes that Spotify shows of it, and the plays that it made."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil

import msgspec
from hypothesis import strategies as st

from collect.live.hearing import Heard, Watched, observe
from collect.live.pace import wait
from demo.fake_player import PATH, SCOPE, Change, FakePlayer
from demo.fake_wire import Request
from music import Artist, Episode, Track
from spotify.player import Shown, read_shown
from tests.fake import NOON, Clock

LOCAL = "spotify:local:The+Lanterns:Tidewater:Low+Tide:{seconds}"
MILLISECOND = timedelta(milliseconds=1)
URL = f"https://api.spotify.com{PATH}?additional_types=track,episode"


def song(number: int, seconds: int, *, local: bool = False) -> Track:
    uri = LOCAL.format(seconds=seconds) if local else f"spotify:track:{number:022}"
    return Track(f"Song {number}", (Artist("The Lanterns"),), uri=uri, duration_ms=seconds * 1000)


@dataclass(frozen=True, slots=True)
class Played:
    """A play as it happened."""

    item: Track | Episode
    began: datetime
    ended: datetime
    listened_ms: int

    @property
    def uri(self) -> str:
        return self.item.uri or ""


class Player:
    """A listener's hands on a player: each method is something that they do, or that happens."""

    def __init__(self) -> None:
        self.now = NOON
        self.changes: list[Change] = []
        self.plays: list[Played] = []

    def __repr__(self) -> str:
        return "\n".join(
            f"{change.at:%H:%M:%S} {change.item and change.item.uri} {change.progress_ms} {change.is_playing}"
            for change in self.changes
        )

    def hear(
        self, item: Track, *, stop_after: float = 1, pauses: Sequence[tuple[float, int]] = (), skip: int = 0
    ) -> None:
        """Play an item up to a share of it, with pauses (at a share, for seconds); `skip` seconds are left out."""
        began, length = self.now, item.duration_ms or 0
        position = listened = 0
        end = round(length * stop_after)
        self._change(item, 0)
        for share, seconds in sorted(pauses):
            at = max(position, round(length * share))
            if at < end:
                self._play_on(at - position)
                listened, position = listened + at - position, at
                self._change(item, position, is_playing=False)
                self.now += timedelta(seconds=seconds)
                self._change(item, position)
        if skip and position + skip * 1000 + 30_000 < end:
            self._play_on(20_000)
            listened, position = listened + 20_000, position + 20_000 + skip * 1000
            self._change(item, position)
        self._play_on(end - position)
        self.plays.append(Played(item, began, self.now, listened + end - position))

    def silence(self, seconds: int) -> None:
        self._change(None, 0)
        self.now += timedelta(seconds=seconds)

    def advertisement(self, seconds: int) -> None:
        self.changes.append(Change(self.now, None, kind="ad"))
        self.now += timedelta(seconds=seconds)

    def _change(self, item: Track | None, progress: int, *, is_playing: bool = True) -> None:
        self.changes.append(Change(self.now, item, progress, is_playing))

    def _play_on(self, milliseconds: int) -> None:
        self.now += milliseconds * MILLISECOND


@dataclass(frozen=True, slots=True)
class Seen:
    """What live collecting heard, the plays during which at least one poll came, and the times of the polls."""

    heard: list[Heard]
    plays: list[Played]
    polls: list[datetime]

    def uncertainty(self, play: Played, changes: Sequence[Change]) -> timedelta:
        """The time between polls during a play in which something changed, so that nobody can tell when."""
        times = [change.at for change in changes] + [play.ended]
        between = [(since, until) for since, until in pairwise(self.polls) if until > play.began and since < play.ended]
        return sum(
            (until - since for since, until in between if any(since < at <= until for at in times)),
            len(times) * MILLISECOND,
        )


def watch(player: Player, missed: frozenset[int] = frozenset(), *, in_full: bool = True) -> Seen:
    """Poll from the beginning until well after the end, without the polls whose numbers are `missed`."""
    clock = Clock(NOON - timedelta(seconds=1))
    fake = FakePlayer(clock)
    fake.play("alice", [*player.changes, Change(player.now, None)])
    watched, last_shown, heard, polls = Watched(), None, list[Heard](), list[datetime]()
    number = 0
    seen: dict[Played, None] = {}
    while clock.now < player.now + timedelta(hours=13):
        number += 1
        if number in missed:
            clock.now += timedelta(minutes=1)
            continue
        shown = look(fake, clock.now)
        polls.append(clock.now)
        seen |= dict.fromkeys(
            play for play in player.plays if shown.is_playing and play.began <= clock.now < play.ended
        )
        watched, ended = observe(msgspec.json.decode(msgspec.json.encode(watched), type=Watched), shown)
        heard += ended
        last_shown = clock.now if shown.item or last_shown is None else last_shown
        clock.now += ceil(wait(watched, last_shown, in_full=in_full) / MILLISECOND) * MILLISECOND
    return Seen(heard, list(seen), polls)


def look(fake: FakePlayer, at: datetime) -> Shown:
    answer = fake.answer(Request("GET", URL, {}, b""), "alice", SCOPE)
    assert answer is not None
    return read_shown(json.loads(answer.body) if answer.body else None, at)


@st.composite
def lives(draw: st.DrawFn, most_pauses: int = 2) -> Player:
    """Up to eight plays, with pauses, parts left out, repeats, silences and advertisements between them."""
    player, number, may_repeat = Player(), 0, False
    for _ in range(draw(st.integers(1, 8))):
        number += not (may_repeat and draw(st.booleans()))
        pauses = draw(st.lists(st.tuples(st.floats(0.1, 0.9), st.integers(1, 500)), max_size=most_pauses))
        item = song(number, 90 + number * 67 % 200, local=number % 4 == 3)
        stop = draw(st.sampled_from([1, 1, 1, 0.5, 0.8]))
        player.hear(item, stop_after=stop, pauses=pauses, skip=draw(st.sampled_from([0, 0, 20])))
        after = draw(st.sampled_from(["", "", "", "silence", "advertisement"]))
        if after == "silence":
            player.silence(draw(st.integers(5, 2_000)))
        elif after:
            player.advertisement(30)
        # A song that is left or paused, and later begun again, looks like one that goes on.
        may_repeat = stop == 1 and not pauses and not after
    return player
