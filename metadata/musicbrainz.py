"""MusicBrainz: the ids by which ListenBrainz knows a song and its artist."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from metadata import payloads
from metadata.answers import MusicIds
from metadata.errors import ServiceRefused
from metadata.http import Http
from metadata.lookups import MUSIC_IDS, Lookup, SongQuery, always
from metadata.names import letters, plain
from metadata.reading import Json, inner, mbid, objects, unexpected_answer

SERVICE = "musicbrainz"
ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")
RESULTS = 25  # recordings of one search
ESCAPED = re.compile(r'([\\"])')


@dataclass(frozen=True)
class MusicBrainz:
    """Raises ServiceDown and ServiceRefused."""

    http: Http
    url: str

    def lookups(self) -> list[Lookup[Any]]:
        """What the cache is filled from."""
        return [Lookup(MUSIC_IDS, always, self._ids_payload)]

    def _ids_payload(self, song: SongQuery) -> Json | None:
        return payloads.musicbrainz_ids(self.ids(song.artist, song.title, song.isrc))

    def ids(self, artist: str, title: str, isrc: str | None = None) -> MusicIds | None:
        """The ids by ISRC if MusicBrainz knows it, else by names; None if no artist, or more than one, matches."""
        by_isrc = self._of_isrc(isrc.upper()) if isrc and ISRC.fullmatch(isrc.upper()) else []
        return _chosen(by_isrc, artist, title) or _chosen(self._search(artist, title), artist, title, same_title=True)

    def _of_isrc(self, isrc: str) -> list[Json]:
        return self._ask(f"/ws/2/isrc/{quote(isrc)}", {"inc": "artist-credits"})

    def _search(self, artist: str, title: str) -> list[Json]:
        query = f'recording:"{escaped(plain(title))}" AND artist:"{escaped(artist)}"'
        return self._ask("/ws/2/recording", {"query": query, "limit": RESULTS})

    def _ask(self, path: str, query: dict[str, str | int]) -> list[Json]:
        body = self.ask(path, query)
        recordings = [] if body is None else inner(body, "recordings")
        if not isinstance(recordings, list):
            raise unexpected_answer(SERVICE)
        return objects(recordings)

    def ask(self, path: str, query: dict[str, str | int]) -> Any:
        """The JSON of an answer; None if the item does not exist, or if a search is invalid."""
        answer = self.http.ask("GET", self.url + path, query={**query, "fmt": "json"})
        if answer.status in {400, 404}:
            return None
        if answer.status in {401, 403}:
            raise ServiceRefused(SERVICE, f"musicbrainz refuses this program ({answer.status}); report this.")
        body = answer.json()
        if answer.status != 200 or body is None:
            raise unexpected_answer(SERVICE)
        return body


def escaped(text: str) -> str:
    """Escaped for use inside the quotation marks of a search."""
    return ESCAPED.sub(r"\\\1", text)


def _chosen(recordings: list[Json], artist: str, title: str, *, same_title: bool = False) -> MusicIds | None:
    """The only artist with this name, and the first of their recordings that is not a special take."""
    matches = [each for each in recordings if (not same_title or _is_titled(each, title)) and _by(each, artist)]
    artists = {_by(match, artist) for match in matches}
    if len(artists) != 1:
        return None
    best_first = sorted(matches, key=lambda match: (not _is_titled(match, title), _is_special(match)))
    ids = [recording_id for recording in best_first if (recording_id := mbid(recording.get("id")))]
    return MusicIds(ids[0] if ids else None, str(artists.pop()))


def _by(recording: Json, artist: str) -> str | None:
    """The id of its first artist, if that artist has this name."""
    credited = objects(recording.get("artist-credit"))
    first: Any = credited[0] if credited else None
    names = [name for name in (inner(first, "name"), inner(first, "artist", "name")) if isinstance(name, str)]
    return mbid(inner(first, "artist", "id")) if letters(artist) in map(letters, names) else None


def _is_titled(recording: Json, title: str) -> bool:
    answered_title = recording.get("title")
    return isinstance(answered_title, str) and letters(plain(answered_title)) == letters(plain(title))


def _is_special(recording: Json) -> bool:
    """Whether it is a live take or similar, which has a remark; the search's order decides among the others."""
    return bool(recording.get("disambiguation"))
