"""`unfinished_album`: the remaining tracks of albums that the listener knows in part."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from recommend.listening.candidates import Candidate
from recommend.listening.context import Cached, Context
from recommend.listening.library_items import KnownAlbum
from recommend.listening.names import album_key, artist_key, song_key
from recommend.proposals.novelty import best_new
from recommend.proposals.payloads import AlbumTracks, albums_of_each, releases

ENOUGH_SONGS = 3  # fewer known songs say nothing about the album
HALF_LIFE = 30  # days


def candidates(context: Context, limit: int) -> list[Candidate]:
    """Albums by plays, halved every 30 days, times the known share; tracks in the album's order.

    Of several editions, the best known one counts: an album is finished if any edition is. Raises MalformedAnswer.
    """
    discographies = context.cached("discography", [key for key in sorted(context.artists) if _is_enough(context, key)])
    if not discographies:
        return []
    begun = {key: album for key, album in context.albums.items() if len(album.songs) >= ENOUGH_SONGS}
    editions = _editions(context, begun, discographies)
    heard = _heard(context) if editions else set()
    remaining = (candidate for key in editions for candidate in _rest(context, begun[key], heard, editions[key]))
    return best_new(context, remaining, limit)


def _heard(context: Context) -> set[str]:
    return {name for song in context.songs for name in (song_key(song.artist, song.name), song.uri) if name}


def _is_enough(context: Context, artist: str) -> bool:
    return len(context.artists[artist].songs) >= ENOUGH_SONGS


def _editions(
    context: Context, albums: Mapping[str, KnownAlbum], discographies: Mapping[str, Sequence[Cached]]
) -> Mapping[str, Sequence[AlbumTracks]]:
    """The cached editions of each album, by album key."""
    uris = {uri: key for key, uri in _uris(albums, discographies)}
    return albums_of_each(context.cached("album_tracks", sorted(uris)), uris)


def _uris(
    albums: Mapping[str, KnownAlbum], discographies: Mapping[str, Sequence[Cached]]
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """The key of each album with the URI of each of its editions."""
    artists = {artist_key(album.artist): album.artist for album in albums.values()}
    for key, answers in sorted((key, answers) for key, answers in discographies.items() if key in artists):
        for release in (release for answer in answers for release in releases(answer)):
            album = album_key(artists[key], release.name)
            if release.kind != "compilation" and album in albums:
                yield album, release.uri


def _rest(context: Context, album: KnownAlbum, heard: set[str], editions: Iterable[AlbumTracks]) -> Iterator[Candidate]:
    begun = [
        (sum(not heard.isdisjoint((track.key, track.id)) for track in edition.tracks), edition) for edition in editions
    ]
    begun = [(count, edition) for count, edition in begun if count >= ENOUGH_SONGS]
    if not begun:
        return
    count, edition = max(begun, key=lambda counted: (counted[0] / len(counted[1].tracks), counted[0], counted[1].uri))
    score = album.decay(HALF_LIFE) * count / len(edition.tracks)
    rest = [track for track in edition.tracks if not context.knows(track.key, track.id)]
    for place, track in enumerate(rest, start=1):
        yield Candidate(
            kind="deeper",
            name=track.name,
            artist=track.artist,
            score=round(score / place, 9),
            code="unfinished_album",
            reason=f"You know {count} of {len(edition.tracks)} tracks of {edition.name}",
            evidence={"album": edition.uri, "known": count, "tracks": len(edition.tracks)},
            uri=track.id,
            album=edition.name,
        )
