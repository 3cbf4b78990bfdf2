"""How alike two accounts listen, what both of them hear, and what each could show the other."""

from collections.abc import Iterable
from dataclasses import dataclass

from db.connection import rows
from insights.item_names import known_artists, known_tracks
from insights.periods import ALL
from insights.scope import Scope
from insights.sources import by_track
from insights.tracks import KnownTrack
from music import Artist

# Weights are shares of plays, without their common denominator: so those that are equal are exactly equal.
COUNTED = """
    SELECT {id} AS id, sum(plays)::bigint AS plays, sum(other_plays)::bigint AS other_plays,
           bool_or(known) AS known, bool_or(other_known) AS other_known,
           sum(plays) * sum(sum(other_plays)) OVER () AS weight,
           sum(other_plays) * sum(sum(plays)) OVER () AS other_weight
    FROM heard JOIN {joined} ON {on} GROUP BY {key}
"""
ARTISTS = COUNTED.format(
    id="artist_id", joined="track_artist", on="track_artist.track_id = heard.track_id AND position = 0", key="artist_id"
)
# What a listener has decided about recordings is not looked at: the two may have decided differently.
TRACKS = COUNTED.format(
    id="-(max(ARRAY[plays + other_plays, -track.id]))[2]",
    joined="track",
    on="track.id = heard.track_id",
    key="coalesce(track.recording_id, track.id)",
)
LISTS = """
    SELECT '{kind}' AS kind, 'shared' AS list, id, plays, other_plays, row_number() OVER (
        ORDER BY least(weight, other_weight) DESC, greatest(weight, other_weight) DESC, id) AS place
    FROM {kind} WHERE plays > 0 AND other_plays > 0
    UNION ALL
    SELECT '{kind}', 'new_to_other', id, plays, other_plays, row_number() OVER (ORDER BY plays DESC, id)
    FROM {kind} WHERE plays > 0 AND NOT other_known
    UNION ALL
    SELECT '{kind}', 'new_to_one', id, plays, other_plays, row_number() OVER (ORDER BY other_plays DESC, id)
    FROM {kind} WHERE other_plays > 0 AND NOT known
"""
COMPARED = f"""
    WITH one AS MATERIALIZED ({{one}}), other AS MATERIALIZED ({{other}}), heard AS MATERIALIZED (
        SELECT track_id, sum(plays)::bigint AS plays, sum(other_plays)::bigint AS other_plays,
               bool_or(known) AS known, bool_or(other_known) AS other_known
        FROM (
            SELECT track_id, plays, 0 AS other_plays, true AS known, false AS other_known FROM one UNION ALL
            SELECT track_id, 0, plays, false, true FROM other UNION ALL
            SELECT track_id, 0, 0, true, false FROM ({{one_ever}}) one_ever UNION ALL
            SELECT track_id, 0, 0, false, true FROM ({{other_ever}}) other_ever
        ) parts GROUP BY track_id
    ), artists AS MATERIALIZED ({ARTISTS}), tracks AS MATERIALIZED ({TRACKS}),
    lists AS ({LISTS.format(kind="artists")} UNION ALL {LISTS.format(kind="tracks")})
    SELECT everything.*, alike.*, kind, list, id, lists.plays, lists.other_plays
    FROM (SELECT coalesce(sum(plays), 0)::bigint, coalesce(sum(other_plays), 0)::bigint FROM heard) everything
    CROSS JOIN (SELECT sum(least(weight, other_weight)), sum(greatest(weight, other_weight)) FROM artists) alike
    LEFT JOIN lists ON place <= %(limit)s
    ORDER BY kind, list, place
"""


@dataclass(frozen=True, slots=True)
class HeardByBoth:
    """How many plays of an artist or a track are of the one account, and of the other."""

    id: int
    plays: int
    other_plays: int


@dataclass(frozen=True, slots=True)
class Favourites:
    """The most heard first."""

    artists: tuple[tuple[HeardByBoth, Artist], ...]
    tracks: tuple[tuple[HeardByBoth, KnownTrack], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`affinity` is 0 (no artist in common, or no plays) to 1 (the same shares of the same artists).

    `new_to_other` are favourites of the one that the other has never heard, in any period; `new_to_one` the reverse.
    """

    affinity: float
    plays: int
    other_plays: int
    shared: Favourites
    new_to_other: Favourites
    new_to_one: Favourites


def compare(one: Scope, other: Scope, limit: int) -> Comparison:
    """Two accounts in one period, of all tracks; at most `limit` in each list. Three queries."""
    sources = _sources(one, "one") | _sources(other, "other")
    values = _values(one, "one") | _values(other, "other")
    found = rows(COMPARED.format(**sources), **values, limit=limit)
    plays, other_plays, alike, most = found[0][:4]
    lists: dict[tuple[str, str], list[HeardByBoth]] = {}
    for *_, kind, name, item_id, its_plays, its_other_plays in found:
        if kind is not None:
            lists.setdefault((kind, name), []).append(HeardByBoth(item_id, its_plays, its_other_plays))
    shared, new_to_other, new_to_one = _named(lists, ("shared", "new_to_other", "new_to_one"))
    return Comparison(float(alike / most) if most else 0.0, plays, other_plays, shared, new_to_other, new_to_one)


def _sources(scope: Scope, who: str) -> dict[str, str]:
    """What the account heard in the period, and ever: where that is the same, it is read once."""
    is_ever = (scope.period.start, scope.period.end) == (ALL.start, ALL.end)
    ever = f"SELECT track_id FROM {who}" if is_ever else _by_track(who, f"{who}_ever_")
    return {who: _by_track(who, f"{who}_"), f"{who}_ever": ever}


def _by_track(who: str, prefix: str) -> str:
    """The source calls its account the same whatever its prefix; here there are two accounts."""
    return by_track(prefix).replace("%(account_id)s", f"%({who}_id)s")


def _values(scope: Scope, who: str) -> dict[str, object]:
    ever = scope.during(ALL.start, ALL.end)
    return scope.values(f"{who}_") | ever.values(f"{who}_ever_") | {f"{who}_id": scope.account_id}


def _named(lists: dict[tuple[str, str], list[HeardByBoth]], names: Iterable[str]) -> list[Favourites]:
    """Two queries, however many lists."""
    artists = known_artists({item.id for (kind, _), items in lists.items() if kind == "artists" for item in items})
    tracks = known_tracks({item.id for (kind, _), items in lists.items() if kind == "tracks" for item in items})
    return [
        Favourites(
            tuple((item, artists[item.id]) for item in lists.get(("artists", name), ())),
            tuple((item, tracks[item.id]) for item in lists.get(("tracks", name), ())),
        )
        for name in names
    ]
