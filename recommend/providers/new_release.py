"""`new_release`: releases of the last three months by artists whom the listener knows."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from recommend.listening.candidates import Candidate
from recommend.listening.context import Context
from recommend.listening.library_items import KnownArtist
from recommend.listening.names import album_key
from recommend.proposals.naming import ago
from recommend.proposals.novelty import best_new, is_known
from recommend.proposals.payloads import AlbumTracks, Release, album_tracks, releases

NEW_FOR = timedelta(days=90)
HALF_LIFE, RECENCY_HALF_LIFE = 90, 30  # days
TRACKS_OF_ALBUM = 3
DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def candidates(context: Context, limit: int) -> list[Candidate]:
    """By plays of the artist, halved every 90 days, and halved again for every 30 days since the release.

    Raises MalformedAnswer.
    """
    artists = {key: artist for key, artist in context.artists.items() if is_known(context, key)}
    fresh = {
        release.uri: (artists[key], release)
        for key, answers in sorted(context.cached("discography", sorted(artists)).items())
        for answer in answers
        for release in _fresh(artists[key], releases(answer), context.date)
    }
    proposals = (
        candidate
        for uri, answers in sorted(context.cached("album_tracks", sorted(fresh)).items())
        for answer in answers
        if (album := album_tracks(answer))
        for candidate in _first_tracks(context, *fresh[uri], album)
    )
    return best_new(context, proposals, limit)


def _fresh(artist: KnownArtist, every: Sequence[Release], today: date) -> Iterator[Release]:
    """New releases without compilations, and without new editions of older ones."""
    since = today - NEW_FOR
    days = [(release, day) for release in every if (day := first_day(release.released))]
    old = {_work(artist, release) for release, day in days if day < since}
    for release, day in days:
        is_new = since <= day <= today and len(release.released) > len("2026")
        if is_new and release.kind != "compilation" and _work(artist, release) not in old:
            yield release


def _work(artist: KnownArtist, release: Release) -> tuple[str, str]:
    """A single with the name of an album is another work."""
    return release.kind, album_key(artist.name, release.name)


def first_day(released: str) -> date | None:
    """The first day of a release date, which may be a day, a month or a year; None if it is invalid."""
    match = DATE.fullmatch(released)
    try:
        return date.fromisoformat(f"{match[1]}-{match[2] or '01'}-{match[3] or '01'}") if match else None
    except ValueError:
        return None


def _first_tracks(context: Context, artist: KnownArtist, release: Release, album: AlbumTracks) -> Iterator[Candidate]:
    day = first_day(release.released) or context.date
    age = (context.date - day).days
    score = artist.decay(HALF_LIFE) * 0.5 ** (age / RECENCY_HALF_LIFE)
    unheard = [track for track in album.tracks if not context.knows(track.key, track.id)]
    for place, track in enumerate(unheard[: TRACKS_OF_ALBUM if release.kind == "album" else 1], start=1):
        yield Candidate(
            kind="new_release",
            name=track.name,
            artist=track.artist,
            score=round(score / place, 9),
            code="new_release",
            reason=f"New from {artist.name}, out {_when(release, age, day)}",
            evidence={"artist": artist.key, "album": release.uri, "released": release.released},
            uri=track.id,
            album=album.name,
        )


def _when(release: Release, age: int, day: date) -> str:
    return ago(age) if len(release.released) > len("2026-11") else f"in {day:%B %Y}"
