"""How much of a history other services know, as one real export of 14,817 songs and 227,024 plays was measured.

Well-known music is known better, so a song that was played often is known more probably: 1 - (1 - once) / plays ^ slope
is the probability, with the two numbers chosen so that both measured shares hold, as far as the history allows.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """The share of songs and of plays that a service knows."""

    songs: float
    plays: float


# The real export, counted with a whole MusicBrainz database in December 2024.
WITH_ISRC = Measured(0.990, 0.999)
BY_ISRC = Measured(0.677, 0.858)
BY_ISRC_OR_NAMES = Measured(0.832, 0.941)
RECORDING_TAGS = Measured(0.49, 0.75)
# Nobody measured these for a whole export. Reports name 90 to 97 % of plays for genres by artist.
ARTIST_GENRES = Measured(0.75, 0.965)
GROUP_GENRES = Measured(0.45, 0.75)
LASTFM_GENRES = 0.5  # of the artists without genres: half of such holes were filled


class Knowledge:
    """Which items of a history a service knows; the same in every run."""

    def __init__(self, what: str, plays: Mapping[str, int], measured: Measured) -> None:
        self.what = what
        self.once, self.slope = _fitted(list(plays.values()), measured)
        self.plays = plays

    def has(self, item: str) -> bool:
        return drawn(self.what, item) < _probability(self.plays.get(item, 1), self.once, self.slope)


def drawn(*names: str) -> float:
    """A number from 0 to 1 that depends only on the names."""
    return int.from_bytes(hashlib.sha256("\x1f".join(names).encode()).digest()[:6], "big") / 2**48


def _probability(plays: int, once: float, slope: float) -> float:
    return 1 - (1 - once) * math.exp(-slope * math.log(plays))


def _fitted(counts: Sequence[int], measured: Measured) -> tuple[float, float]:
    """The numbers with the least sum of errors in both shares, from a grid."""
    by_count: dict[int, int] = {}
    for count in counts:
        by_count[count] = by_count.get(count, 0) + 1
    grid = [(once / 100, slope / 20) for once in range(1, 100) for slope in range(41)]
    return min(grid, key=lambda numbers: _error(by_count, measured, *numbers))


def _error(by_count: Mapping[int, int], measured: Measured, once: float, slope: float) -> float:
    songs = sum(by_count.values())
    plays = sum(count * number for count, number in by_count.items())
    known = [(count, number * _probability(count, once, slope)) for count, number in by_count.items()]
    of_songs = sum(number for _, number in known) / songs
    of_plays = sum(count * number for count, number in known) / plays
    return abs(of_songs - measured.songs) + abs(of_plays - measured.plays)
