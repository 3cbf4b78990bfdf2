"""A checksum of an account's plays: the same plays have the same checksum in every database."""

from dataclasses import dataclass
from decimal import Decimal

from msgspec import Struct

from db.engine.records import records

# A sum is independent of the order of rows, and unlike with XOR, two equal rows do not cancel each other out. It covers
# only what was reported: no keys, imports or time zones. sha256 is the same on every machine and in every version.
CHECKSUM = """
    SELECT track_id IS NULL AS is_spoken, count(*) AS count, mod(sum(('x' || left(encode(sha256(convert_to(ROW(
            source, kind, coalesce(track.uri, episode.uri),
            CASE WHEN track.uri IS NULL THEN track.name END, CASE WHEN track.uri IS NULL THEN artist_name END,
            CASE WHEN episode.uri IS NULL THEN episode.name END, CASE WHEN episode.uri IS NULL THEN show_name END,
            (date_part('epoch', played_at) * 1000)::bigint, ms_played,
            (date_part('epoch', started_at) * 1000)::bigint, reason_start, reason_end, shuffle, skipped, offline,
            incognito, platform, country, context_uri, occurrence
        )::text, 'UTF8')), 'hex'), 16))::bit(64)::bigint), 18446744073709551616) AS total
    FROM play LEFT JOIN track ON track.id = track_id LEFT JOIN episode ON episode.id = episode_id
    WHERE account_id = %s AND superseded_by IS NULL
    GROUP BY track_id IS NULL
"""


class SumOfKind(Struct, frozen=True):
    is_spoken: bool
    count: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class Sum:
    """`checksum` has 16 hexadecimal digits, all zero if there are no plays."""

    count: int = 0
    checksum: str = "0" * 16


@dataclass(frozen=True, slots=True)
class Checksum:
    """The checksum of music, and of spoken content: podcast episodes and audiobook chapters."""

    plays: Sum
    spoken: Sum

    @property
    def count(self) -> int:
        return self.plays.count + self.spoken.count

    def __str__(self) -> str:
        plays = "play" if self.plays.count == 1 else "plays"
        music = f"{self.plays.count:,} {plays}, checksum {self.plays.checksum}"
        if not self.spoken.count:
            return music
        spoken = f"{self.spoken.count:,} podcast episodes and audiobook chapters, checksum {self.spoken.checksum}"
        return f"{music}; {spoken}"


def checksum(account_id: int) -> Checksum:
    """The checksum of every play that counts, including excluded ones."""
    sums = {
        kind.is_spoken: Sum(kind.count, f"{int(kind.total) % 2**64:016x}")
        for kind in records(SumOfKind, CHECKSUM, [account_id])
    }
    return Checksum(sums.get(False, Sum()), sums.get(True, Sum()))
