"""MusicBrainz' own web service: the recordings of an ISRC, the country of an artist, and the list of genres."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from metadata.facts import ArtistFacts, Json, Match, tags
from metadata.musicbrainz import ISRC, RESULTS, SERVICE, MusicBrainz, escaped
from metadata.names import plain
from metadata.reading import inner, mbid, objects, text, unexpected_answer

GENRES_A_CALL = 100
SUBGENRE = "subgenre"  # in the names of its relationships between genres


@dataclass(frozen=True, slots=True)
class GenreName:
    """A genre of MusicBrainz' list."""

    mbid: str
    name: str


def of_isrc(client: MusicBrainz, isrc: str) -> list[Match]:
    """The recordings of an ISRC, which may be several; none if MusicBrainz does not know it."""
    if not ISRC.fullmatch(isrc.upper()):
        return []
    return _matches(client.ask(f"/ws/2/isrc/{quote(isrc.upper())}", {"inc": "artist-credits"}))


def of_names(client: MusicBrainz, artist: str, title: str) -> list[Match]:
    """The recordings that a search finds for names."""
    query = f'recording:"{escaped(plain(title))}" AND artist:"{escaped(artist)}"'
    return _matches(client.ask("/ws/2/recording", {"query": query, "limit": RESULTS}))


def artists(client: MusicBrainz, artist_mbid: str) -> list[ArtistFacts]:
    """The artist of an id with its country and tags; none if MusicBrainz has no such artist."""
    item = client.ask(f"/ws/2/artist/{quote(artist_mbid)}", {"inc": "genres+tags"})
    key = mbid(inner(item, "id"))
    if not isinstance(item, dict) or key is None:
        return []
    area = text(inner(item, "area", "name"))
    return [ArtistFacts(key, text(item.get("name")), _country(item), area, _tags(item))]


def genres(client: MusicBrainz, offset: int) -> list[GenreName]:
    """A page of MusicBrainz' genres, from `offset` on; empty after the last one."""
    body = client.ask("/ws/2/genre/all", {"limit": GENRES_A_CALL, "offset": offset})
    items = inner(body, "genres")
    if not isinstance(items, list):
        raise unexpected_answer(SERVICE)
    named = [(mbid(item.get("id")), text(item.get("name"))) for item in objects(items)]
    return [GenreName(key, name.lower()) for key, name in named if key and name]


def parents(client: MusicBrainz, genre_mbid: str) -> list[str]:
    """The genres that this one is a kind of, where MusicBrainz says so."""
    body = client.ask(f"/ws/2/genre/{quote(genre_mbid)}", {"inc": "genre-rels"})
    relations = [each for each in objects(inner(body, "relations")) if _is_upward(each)]
    return [key for each in relations if (key := mbid(inner(each, "genre", "id")))]


def _is_upward(relation: Json) -> bool:
    """Whether the other genre has this one as a subgenre, which is the direction `backward`."""
    kind = relation.get("type")
    return isinstance(kind, str) and SUBGENRE in kind and relation.get("direction") == "backward"


def _matches(body: Any) -> list[Match]:
    if body is None:
        return []
    items = inner(body, "recordings")
    if not isinstance(items, list):
        raise unexpected_answer(SERVICE)
    return [match for item in objects(items) if (match := _match(item))]


def _match(item: Json) -> Match | None:
    credited = objects(item.get("artist-credit"))
    first: Any = credited[0] if credited else None
    names = [name for name in (text(inner(first, "name")), text(inner(first, "artist", "name"))) if name]
    key, title = mbid(item.get("id")), text(item.get("title"))
    special = bool(item.get("disambiguation"))
    return Match(key, mbid(inner(first, "artist", "id")), title or "", names, special) if key else None


def _country(item: Json) -> str | None:
    codes: list[Any] = [item.get("country"), *(inner(item, "area", "iso-3166-1-codes") or [])]
    return next((code for code in codes if isinstance(code, str) and len(code) == 2 and code.isascii()
                 and code.isupper() and not code.startswith("X")), None)  # fmt: skip


def _tags(item: Json) -> Any:
    """The tags, with the ids of those that are genres, which come in a separate list."""
    ids = {text(each.get("name")): each.get("id") for each in objects(item.get("genres"))}
    return tags([{**each, "genre_mbid": ids.get(text(each.get("name")))} for each in objects(item.get("tags"))], "name")
