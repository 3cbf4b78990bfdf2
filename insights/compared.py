"""Compare two accounts: how similar they are, what both play, and what each could recommend to the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from msgspec import Struct

from db.engine.records import records
from db.library.songs import TOLERANCE
from insights.answers.periods import ALL
from insights.items.names import artists_known_to, tracks_known_to
from insights.plays.adding_up import all_plays
from insights.plays.scope import Scope
from insights.plays.sources import by_track
from insights.plays.tracks import KnownTrack
from music import Artist

# Uses each account's own names only. OFFSET 0 makes PostgreSQL read both libraries once: it expects few tracks and
# would look up each. The JSON array multiplies its estimate by a hundred: if one account has hardly any plays, it
# expects a single track of both, and would compare every song with every other. Songs are put together by evidence,
# because the two listeners may have made different choices.
OWN = """
    SELECT account_id, track_id, plays, other_plays, account_id = %(one_id)s AS is_ones,
           coalesce(recording_id, track_id) AS song, isrc, duration_ms, artist_id, coalesce(artist_key, '') AS artist,
           (coalesce(artist_key, '') || chr(31) || coalesce(title_key, track_id::text)) COLLATE "C" AS name
    FROM ({parts}) part JOIN (
        SELECT account_id, track_id, recording_id, isrc, duration_ms, artist_id, artist_key, title_key
        FROM account_track WHERE account_id IN (%(one_id)s, %(other_id)s) OFFSET 0
    ) known USING (account_id, track_id) CROSS JOIN jsonb_array_elements('[0]')
"""
PART = "SELECT %({who}_id)s::bigint AS account_id, track_id, {plays}, {other_plays} FROM {heard}"
# Weights are shares of plays without their common denominator, so that equal shares are exactly equal.
COUNTED = f"""
    SELECT *, plays * (sum(other_plays) OVER ())::bigint AS weight,
           other_plays * (sum(plays) OVER ())::bigint AS other_weight
    FROM (
        SELECT {{key}} AS item, min(name) AS name, {all_plays()} AS plays, {all_plays("other_plays")} AS other_plays,
               bool_or(is_ones) AS known, bool_or(NOT is_ones) AS other_known
        FROM {{heard}} GROUP BY {{key}}
    ) counted
"""
# The same id is the same artist for both accounts. An artist known only by name is the one on Spotify with that name,
# if the two accounts have played exactly one.
ARTIST = f"""
    artist_of AS MATERIALIZED (
        SELECT credited.*, spotify_id IS NOT NULL AS on_spotify FROM (
            SELECT artist_id, is_ones, min(artist COLLATE "C") AS name, {all_plays()} AS plays,
                   {all_plays("other_plays")} AS other_plays
            FROM own WHERE artist_id IS NOT NULL GROUP BY artist_id, is_ones
        ) credited JOIN artist ON artist.id = artist_id
    ), meant AS (
        SELECT name, min(artist_id) FILTER (WHERE NOT on_spotify) AS named, CASE WHEN
            count(DISTINCT artist_id) FILTER (WHERE on_spotify) = 1 THEN min(artist_id) FILTER (WHERE on_spotify) END
            AS only_one
        FROM artist_of GROUP BY name
    ), artist_heard AS MATERIALIZED (
        SELECT artist_of.*, CASE WHEN on_spotify THEN artist_id ELSE coalesce(only_one, meant.named) END AS key
        FROM artist_of JOIN meant USING (name)
    )
"""
# A song is identified by the first of its names. Its other names lead there, also those that the other account has
# for one of its tracks, and those of tracks with the same ISRC, unless the lengths show that they are movements of one
# work.
SONG = f"""
    song AS MATERIALIZED (
        SELECT is_ones, song, min(name) AS name, max(name) AS last_name, {all_plays()} AS plays,
               {all_plays("other_plays")} AS other_plays
        FROM own GROUP BY 1, 2
    ),
    alias AS (
        SELECT alias, min(name) AS name FROM (
            SELECT own.name AS alias, song.name
            FROM own JOIN (SELECT * FROM song WHERE name <> last_name) song USING (is_ones, song)
            UNION ALL SELECT max(name), min(name) FROM own GROUP BY track_id HAVING max(name) <> min(name)
            UNION ALL SELECT unnest(array_agg(DISTINCT name)), min(name) FROM own WHERE isrc IS NOT NULL GROUP BY isrc
            HAVING max(name) <> min(name) AND coalesce(max(duration_ms) - min(duration_ms), 0) <= {TOLERANCE}
        ) other GROUP BY alias
    ), song_heard AS MATERIALIZED (
        SELECT song.*, coalesce(alias.name, song.name) AS key FROM song LEFT JOIN alias ON alias.alias = song.name
    )
"""
FIRST = """
    SELECT '{{kind}}' AS kind, '{list}' AS list, item::text, plays, other_plays,
           row_number() OVER (ORDER BY {order}, name, item) AS place
    FROM (SELECT * FROM {{kind}} WHERE {which} ORDER BY {order}, name, item LIMIT %(limit)s) listed
"""
SHARED = "least(weight, other_weight) DESC, greatest(weight, other_weight) DESC"
LISTS = " UNION ALL ".join(
    (
        FIRST.format(list="shared", which="plays > 0 AND other_plays > 0", order=SHARED),
        FIRST.format(list="new_to_other", which="plays > 0 AND NOT other_known", order="plays DESC"),
        FIRST.format(list="new_to_one", which="other_plays > 0 AND NOT known", order="other_plays DESC"),
    )
)
# Each item is shown as the first account knows it, if it does: a song as its most played track.
SHOWN = """
    SELECT DISTINCT ON (kind, item) kind, item, id FROM (
        SELECT 'artists' AS kind, key::text AS item, artist_id AS id, is_ones, NULL AS uri, NULL AS name,
               plays + other_plays AS plays
        FROM artist_heard WHERE key::text IN (SELECT item FROM lists WHERE kind = 'artists')
        UNION ALL
        SELECT 'tracks', key, track_id, is_ones, uri, track.name, own.plays + own.other_plays
        FROM (
            SELECT is_ones, song, key FROM song_heard
            WHERE key IN (SELECT item FROM lists WHERE kind = 'tracks')
        ) shown_song JOIN own USING (is_ones, song) JOIN track ON track.id = track_id
    ) listed ORDER BY kind, item, is_ones DESC, plays DESC, uri COLLATE "C", name COLLATE "C", id
"""
COMPARED = f"""
    WITH one AS MATERIALIZED ({{one}}), other AS MATERIALIZED ({{other}}),
    own AS MATERIALIZED ({OWN}), {ARTIST}, {SONG},
    artists AS MATERIALIZED ({COUNTED.format(key="key", heard="artist_heard")}),
    tracks AS MATERIALIZED ({COUNTED.format(key="key", heard="song_heard")}),
    lists AS MATERIALIZED ({LISTS.format(kind="artists")} UNION ALL {LISTS.format(kind="tracks")}),
    shown AS ({SHOWN})
    SELECT everything.*, alike.*, kind, list, id, lists.plays, lists.other_plays
    FROM (SELECT (SELECT coalesce(sum(plays), 0)::bigint FROM one) AS all_plays,
                 (SELECT coalesce(sum(plays), 0)::bigint FROM other) AS all_other_plays) everything
    CROSS JOIN (SELECT sum(least(weight, other_weight)) AS common, sum(greatest(weight, other_weight)) AS most
                FROM artists) alike
    LEFT JOIN (lists JOIN shown USING (kind, item)) ON true
    ORDER BY kind, list, place
"""


class ListedRecord(Struct, frozen=True):
    """An item of a list, with the totals of both accounts; if the lists are empty, there is one row without an item."""

    all_plays: int
    all_other_plays: int
    common: Decimal | None
    most: Decimal | None
    kind: str | None
    list: str | None
    id: int | None
    plays: int | None
    other_plays: int | None

    @property
    def affinity(self) -> float:
        return float(self.common / self.most) if self.common is not None and self.most else 0.0

    def item(self) -> "HeardByBoth":
        return HeardByBoth(self.id or 0, self.plays or 0, self.other_plays or 0)


@dataclass(frozen=True, slots=True)
class HeardByBoth:
    """The plays of an artist or a track by the one account and by the other."""

    id: int
    plays: int
    other_plays: int


@dataclass(frozen=True, slots=True)
class Favourites:
    """The most played first."""

    artists: tuple[tuple[HeardByBoth, Artist], ...]
    tracks: tuple[tuple[HeardByBoth, KnownTrack], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`affinity` is 0 (no artist in common, or no plays) to 1 (the same shares of the same artists).

    `new_to_other` are favourites of the one that the other has never played, in any period; `new_to_one` the reverse.
    """

    affinity: float
    plays: int
    other_plays: int
    shared: Favourites
    new_to_other: Favourites
    new_to_one: Favourites


def compare(one: Scope, other: Scope, limit: int) -> Comparison:
    """Both scopes must have one period and all tracks. At most `limit` items in each list. Three queries."""
    parts = f"{_part(one, 'one')} UNION ALL {_part(other, 'other')}"
    sql = COMPARED.format(one=_by_track("one", "one_"), other=_by_track("other", "other_"), parts=parts)
    values = _values(one, "one") | _values(other, "other")
    listed = records(ListedRecord, sql, values | {"limit": limit})
    lists: dict[tuple[str, str], list[HeardByBoth]] = {}
    for each in listed:
        if each.kind is not None and each.list is not None:
            lists.setdefault((each.kind, each.list), []).append(each.item())
    owners = {"shared": one.account_id, "new_to_other": one.account_id, "new_to_one": other.account_id}
    shared, new_to_other, new_to_one = _named(lists, owners)
    total = listed[0]
    return Comparison(total.affinity, total.all_plays, total.all_other_plays, shared, new_to_other, new_to_one)


def _part(scope: Scope, who: str) -> str:
    """The tracks that the account has ever played, with their plays in the period."""
    amounts = {"plays": "0::bigint AS plays", "other_plays": "0::bigint AS other_plays"}
    counted = "plays" if who == "one" else "other_plays"
    if (scope.period.start, scope.period.end) == (ALL.start, ALL.end):
        return PART.format(who=who, heard=who, **amounts | {counted: f"plays AS {counted}"})
    heard = f"({_by_track(who, f'{who}_ever_')}) ever LEFT JOIN {who} heard USING (track_id)"
    return PART.format(who=who, heard=heard, **amounts | {counted: f"coalesce(heard.plays, 0) AS {counted}"})


def _by_track(who: str, prefix: str) -> str:
    """The source has the same name for its account whatever its prefix; here there are two accounts."""
    return by_track(prefix).replace("%(account_id)s", f"%({who}_id)s")


def _values(scope: Scope, who: str) -> dict[str, object]:
    ever = scope.during(ALL.start, ALL.end)
    return scope.values(f"{who}_") | ever.values(f"{who}_ever_") | {f"{who}_id": scope.account_id}


def _named(lists: dict[tuple[str, str], list[HeardByBoth]], owners: Mapping[str, int]) -> list[Favourites]:
    """Each list with the names that its owner uses; two queries for all lists."""
    wanted: dict[str, set[tuple[int, int]]] = {"artists": set(), "tracks": set()}
    for (kind, name), items in lists.items():
        wanted[kind] |= {(owners[name], item.id) for item in items}
    artists, tracks = artists_known_to(wanted["artists"]), tracks_known_to(wanted["tracks"])
    return [
        Favourites(
            tuple((item, artists[item.id]) for item in lists.get(("artists", name), ())),
            tuple((item, tracks[item.id]) for item in lists.get(("tracks", name), ())),
        )
        for name in owners
    ]
