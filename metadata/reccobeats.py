"""ReccoBeats: tracks similar to some of Spotify's, and how tracks sound.

Run by one operator with unclear terms, so off by default.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from metadata import payloads
from metadata.answers import MOST, NamedTrack
from metadata.errors import ServiceRefused
from metadata.facts import Sound
from metadata.http import Answer, Http
from metadata.lookups import SIMILAR_TRACKS, Lookup, SongQuery
from metadata.reading import Json, inner, number, objects, ranked, text, unexpected_answer

SERVICE = "reccobeats"
SEEDS = 5
MOST_SOUNDS = 40
FASTEST = 400  # beats per minute
SPOTIFY_ID = re.compile(r"[A-Za-z0-9]{22}")
HREF = re.compile(r"https://open\.spotify\.com/track/([A-Za-z0-9]{22})")


@dataclass(frozen=True)
class ReccoBeats:
    """May raise ServiceDown and ServiceRefused; for unknown seeds it returns nothing."""

    http: Http
    url: str

    def lookups(self) -> list[Lookup[Any]]:
        """What the cache is filled from."""
        return [Lookup(SIMILAR_TRACKS, _has_spotify_id, self._similar_tracks_payload)]

    def _similar_tracks_payload(self, song: SongQuery) -> list[Json]:
        return payloads.similar_tracks(self.recommendations([str(song.spotify_id)]))

    def recommendations(self, spotify_ids: Sequence[str], size: int = 40) -> tuple[NamedTrack, ...]:
        """Tracks similar to up to five seeds, without the seeds; the score decreases with the rank."""
        seeds = [spotify_id for spotify_id in spotify_ids if SPOTIFY_ID.fullmatch(spotify_id)][:SEEDS]
        if not seeds:
            return ()
        query: dict[str, str | int] = {"size": min(max(size, 1), MOST), "seeds": ",".join(seeds)}
        answer = self.http.ask("GET", f"{self.url}/v1/track/recommendation", query=query)
        tracks = _content(answer)
        others = [item for item in objects(tracks) if _spotify_id(item) not in seeds]
        return ranked(SERVICE, [{**item, "rank": rank} for rank, item in enumerate(others[:MOST])], _track)

    def sounds(self, spotify_ids: Sequence[str]) -> tuple[Sound, ...]:
        """The measured values of up to 40 tracks, without those that it does not know."""
        ids = [spotify_id for spotify_id in spotify_ids if SPOTIFY_ID.fullmatch(spotify_id)][:MOST_SOUNDS]
        if not ids:
            return ()
        items = _content(self.http.ask("GET", f"{self.url}/v1/audio-features", query={"ids": ",".join(ids)}))
        return tuple(sound for item in objects(items) if (sound := _sound(item)) and sound.spotify_id in ids)


def _content(answer: Answer) -> list[Any]:
    """The items of an answer; none for unknown tracks."""
    if answer.status in {400, 404}:
        return []
    if answer.status in {401, 403}:
        raise ServiceRefused(SERVICE, f"reccobeats refuses to answer ({answer.status}); leave it out of SERVICES.")
    items = inner(answer.json(), "content")
    if answer.status != 200 or not isinstance(items, list):
        raise unexpected_answer(SERVICE)
    return items


def _sound(item: Json) -> Sound | None:
    spotify_id = _spotify_id(item)
    if spotify_id is None:
        return None
    energy, valence, dance, acoustic = (
        _share(item.get(name)) for name in ("energy", "valence", "danceability", "acousticness")
    )
    tempo = number(item.get("tempo"))
    return Sound(spotify_id, energy, valence, dance, acoustic, tempo if tempo and tempo < FASTEST else None)


def _share(value: Any) -> float | None:
    """A number from 0 to 1."""
    if value in (0, 0.0) and not isinstance(value, bool):
        return 0.0
    result = number(value)
    return result if result is not None and result <= 1 else None


def _has_spotify_id(song: SongQuery) -> bool:
    return song.spotify_id is not None


def _track(item: Json) -> NamedTrack | None:
    spotify_id, artists = _spotify_id(item), objects(item.get("artists"))
    name, artist = text(item.get("trackTitle")), text(inner(artists[0], "name")) if artists else None
    if not (name and artist):
        return None
    uri = f"spotify:track:{spotify_id}" if spotify_id else None
    return NamedTrack(name, artist, None, uri, 1 - item["rank"] / MOST)


def _spotify_id(item: Json) -> str | None:
    """ReccoBeats' own ids are UUIDs; Spotify's is in the link."""
    href: Any = item.get("href")
    link = HREF.match(href) if isinstance(href, str) else None
    return link[1] if link else None
