"""Ranks of artists and albums, as /top-artists and /top-albums show them."""

from insights.ranking import Ranked


def ranked_shape(found: Ranked, kind: str, shape: dict[str, object]) -> dict[str, object]:
    """`kind` is what is ranked, `shape` how one is named."""
    return {
        "rank": found.rank,
        "rank_before": found.rank_before,
        "id": found.id,
        kind: shape,
        "tracks": found.tracks,
        "plays": found.plays,
        "ms_played": found.ms_played,
        "share": found.share,
        "first_played_at": found.first_played_at,
        "last_played_at": found.last_played_at,
    }
