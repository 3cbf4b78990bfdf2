"""Find the MusicBrainz recordings and artists of the music that was heard: by ISRC, or by names that may be sent."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial

from db.enrichment.identities import Evidence, save_identities
from db.enrichment.lookups import save_lookups
from db.enrichment.queue import Song, decided, songs, songs_of_artists, songs_of_isrc
from db.enrichment.settling import settle_artists, settle_tracks
from enrich.music.calls import Calls, stored_at_once
from metadata import bulk, musicbrainz_facts
from metadata.facts import Match
from metadata.listenbrainz import ListenBrainz
from metadata.musicbrainz import MusicBrainz
from metadata.names import letters, plain

AT_ONCE = 40  # calls of one second, before other steps take their turn
ISRC, NAMES, SEARCH = "isrc", "names", "search"
CERTAIN, LIKELY = 2, 1  # votes


def artists_by_names(calls: Calls) -> int:
    """Ask ListenBrainz for the artists of 50 songs; each step returns how many calls it made."""
    return _by_names(calls, songs_of_artists(NAMES, bulk.MOST_NAMES, calls.now())) if _has_token(calls) else 0


def songs_by_names(calls: Calls) -> int:
    """Ask ListenBrainz for 50 songs."""
    return _by_names(calls, songs(NAMES, bulk.MOST_NAMES, calls.now())) if _has_token(calls) else 0


def artists_by_isrc(calls: Calls) -> int:
    """Ask MusicBrainz for one song of each artist, and for up to two more where that was not enough."""
    return _each_isrc(calls, songs_of_artists(ISRC, AT_ONCE, calls.now()))


def songs_by_isrc(calls: Calls) -> int:
    return _each_isrc(calls, songs(ISRC, AT_ONCE, calls.now()))


def artists_by_search(calls: Calls) -> int:
    """Search MusicBrainz where ListenBrainz' lookup is unavailable, because it needs a token."""
    return 0 if _has_token(calls) else _each_search(calls, songs_of_artists(SEARCH, AT_ONCE, calls.now()))


def songs_by_search(calls: Calls) -> int:
    return 0 if _has_token(calls) else _each_search(calls, songs(SEARCH, AT_ONCE, calls.now()))


def _has_token(calls: Calls) -> bool:
    client = calls.services.client(ListenBrainz)
    return client is not None and client.has_token


def _by_names(calls: Calls, wanted: Sequence[Song]) -> int:
    client = calls.services.client(ListenBrainz)
    if client is None or not wanted or not calls.is_available("listenbrainz"):
        return 0
    names = [(song.artist, song.title) for song in wanted]
    matches = calls.ask("listenbrainz", NAMES, partial(bulk.matches, client, names))
    if matches is not None:
        pairs = [(song, match) for song, match in zip(wanted, matches, strict=True) if match and _is_song(song, match)]
        store_matches(calls, NAMES, [str(song.track_id) for song in wanted], pairs, by=NAMES)
    return 1


def _each_isrc(calls: Calls, wanted: Sequence[Song]) -> int:
    client = calls.services.client(MusicBrainz)
    made = 0
    for isrc in dict.fromkeys(song.isrc for song in wanted if song.isrc):
        if client is None or not calls.is_available("musicbrainz"):
            break
        made += 1
        matches = calls.ask("musicbrainz", ISRC, partial(musicbrainz_facts.of_isrc, client, isrc))
        if matches is not None:
            pairs = [(song, match) for song in songs_of_isrc(isrc) for match in matches]
            store_matches(calls, ISRC, [isrc], pairs, by=ISRC)
    return made


def _each_search(calls: Calls, wanted: Sequence[Song]) -> int:
    client = calls.services.client(MusicBrainz)
    made = 0
    for song in wanted:
        if client is None or not calls.is_available("musicbrainz"):
            break
        made += 1
        matches = calls.ask("musicbrainz", SEARCH, partial(musicbrainz_facts.of_names, client, song.artist, song.title))
        if matches is not None:
            store_matches(calls, SEARCH, [str(song.track_id)], _only_artist(song, matches), by=NAMES)
    return made


def _only_artist(song: Song, answers: Sequence[Match]) -> list[tuple[Song, Match]]:
    """The songs with these names, if all are by one artist; otherwise they may be by a namesake."""
    matches = [match for match in answers if _is_song(song, match)]
    return [(song, match) for match in matches] if len({match.artist_mbid for match in matches}) == 1 else []


def _is_song(song: Song, match: Match) -> bool:
    return _is_by(song, match) and letters(plain(match.title)) == letters(plain(song.title))


def _is_by(song: Song, match: Match) -> bool:
    return letters(song.artist) in map(letters, match.artist_names)


def store_matches(
    calls: Calls, question: str, asked: Sequence[str], pairs: Sequence[tuple[Song, Match]], *, by: str
) -> None:
    """Save the answers about `asked`: songs with their recordings, according to the source `by`."""
    now = calls.now()
    subjects = {song.isrc if question == ISRC else str(song.track_id) for song, _ in pairs}
    with stored_at_once():
        save_lookups(question, asked, [each for each in subjects if each], now)
        save_identities("track", by, _of_tracks(pairs), now)
        _save_artists(by, pairs, now)
        settle_tracks(sorted({song.track_id for song, _ in pairs}))


def _save_artists(by: str, pairs: Sequence[tuple[Song, Match]], now: datetime) -> None:
    """Save the artists. An artist's many songs are computed anew only if the artist's identity has changed."""
    artists = sorted({song.artist_id for song, _ in pairs})
    before = decided(artists)
    save_identities("artist", by, _of_artists(pairs), now)
    settle_artists([artist for artist, mbid in decided(artists).items() if before.get(artist) != mbid])


def _of_tracks(pairs: Iterable[tuple[Song, Match]]) -> Iterator[Evidence]:
    """A recording with another title than the song, or a special take, may be another version."""
    for song, match in pairs:
        is_same = letters(plain(match.title)) == letters(plain(song.title)) and not match.special
        if match.recording_mbid:
            yield Evidence(song.track_id, match.recording_mbid, CERTAIN if is_same else LIKELY)


def _of_artists(pairs: Iterable[tuple[Song, Match]]) -> Iterator[Evidence]:
    """Each answer votes once for an artist: certainly by its name, else likely, which a second song can confirm."""
    votes = {
        (song.artist_id, match.artist_mbid): CERTAIN if _is_by(song, match) else LIKELY
        for song, match in sorted(pairs, key=lambda pair: _is_by(*pair))
        if match.artist_mbid
    }
    yield from (Evidence(artist, mbid, count) for (artist, mbid), count in votes.items())
