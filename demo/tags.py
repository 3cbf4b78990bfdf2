"""Genres, words, dates, origins and sound of the invented music: the same in every run, with gaps."""

from datetime import date
from functools import lru_cache
from typing import Any

from demo.likeness import NAMES, mbid, recording_mbid, score_of
from music import Artist, Track

Json = dict[str, Any]
# Genres that go together; an artist has some of one row, a song sometimes others.
STYLES = (
    ("indie rock", "dream pop", "shoegaze", "indie pop"), ("house", "deep house", "electronic", "nu disco"),
    ("hip hop", "boom bap", "jazz rap", "trap"), ("techno", "ambient techno", "electronic", "minimal techno"),
    ("folk", "indie folk", "singer-songwriter", "chamber folk"), ("jazz", "soul jazz", "fusion", "hard bop"),
    ("ambient", "drone", "modern classical", "downtempo"), ("post-punk", "new wave", "synth-pop", "darkwave"),
    ("soul", "neo soul", "contemporary r&b", "funk"), ("metal", "post-metal", "sludge metal", "doom metal"),
    ("pop", "dance-pop", "electropop", "synth-pop"), ("classical", "baroque", "romantic classical", "chamber music"),
    ("reggae", "dub", "ska", "rocksteady"), ("country", "americana", "bluegrass", "alt-country"),
)  # fmt: skip
# In MusicBrainz, "synth-pop" is a kind of "pop", for example.
PARENTS = {
    "indie rock": "rock", "dream pop": "pop", "shoegaze": "rock", "indie pop": "pop", "deep house": "house",
    "nu disco": "house", "boom bap": "hip hop", "jazz rap": "hip hop", "trap": "hip hop", "ambient techno": "techno",
    "minimal techno": "techno", "indie folk": "folk", "chamber folk": "folk", "soul jazz": "jazz", "fusion": "jazz",
    "hard bop": "jazz", "drone": "ambient", "synth-pop": "pop", "neo soul": "soul", "post-metal": "metal",
    "sludge metal": "metal", "doom metal": "metal", "dance-pop": "pop", "electropop": "pop", "baroque": "classical",
    "dub": "reggae", "rocksteady": "reggae", "bluegrass": "country", "alt-country": "country",
}  # fmt: skip
GENRES = tuple(sorted({genre for style in STYLES for genre in style} | set(PARENTS.values())))
WORDS = ("seen live", "favourites", "female vocalists", "autumn", "trip-hop")
AREAS = (
    ("United States", "US"), ("United Kingdom", "GB"), ("Germany", "DE"), ("Sweden", "SE"), ("Iceland", "IS"),
    ("Montréal", "CA"), ("Bristol", "GB"), ("Japan", "JP"), ("Brazil", "BR"), ("Lagos", "NG"),
)  # fmt: skip
UNTAGGED = 7  # one in this many artists has no genre
SOUNDS = ("energy", "valence", "danceability", "acousticness", "instrumentalness", "liveness")


def artist_tags(artist: Artist) -> list[Json]:
    """As ListenBrainz sends them; words that are no genre have no `genre_mbid`."""
    if score_of("tagged", artist.name) % UNTAGGED == 0:
        return []
    style, start = STYLES[score_of("style of", artist.name) % len(STYLES)], score_of("first of", artist.name) % 4
    named = [style[(start + place) % 4] for place in range(2 + start % 2)]
    genres = [_tag(genre, 12 - 4 * place) for place, genre in enumerate(named)]
    return [*genres, {"tag": WORDS[start], "count": 3, "genre_mbid": None}, {"tag": WORDS[-1], "count": 1}]


def recording_tags(track: Track) -> list[Json]:
    """About half of all recordings have tags of their own."""
    number = score_of("tags of", track.artists[0].name, track.title)
    genres = [each for each in artist_tags(track.artists[0]) if each.get("genre_mbid")]
    return [_tag(str(genre["tag"]), 2 - place) for place, genre in enumerate(genres[:2])] if number % 2 else []


def group_tags(track: Track) -> list[Json]:
    """The tags of the album; every third album has some."""
    if track.album is None or score_of("group", track.artists[0].name, track.album.name) % 3:
        return []
    group = {"release_group_mbid": group_mbid(track)}
    return [{**tag, **group} for tag in artist_tags(track.artists[0])[:3]]


def lastfm_tags(artist: Artist) -> list[Json]:
    """Last.fm has words for nearly every artist, the first of which counts 100."""
    style = STYLES[score_of("style of", artist.name) % len(STYLES)]
    named = [*style[:2], *WORDS[:2]]
    return [{"name": word, "count": 100 // (place + 1), "url": "https://www.last.fm/tag/…"}
            for place, word in enumerate(named)]  # fmt: skip


def group_mbid(track: Track) -> str:
    return mbid("release group", track.artists[0].name, track.album.name if track.album else track.title)


def first_date(track: Track) -> str:
    """Some albums on Spotify are reissues of older ones."""
    released = (track.album.release_date if track.album else None) or "2001-05-06"
    number = score_of("dated", group_mbid(track))
    if number % 5 == 0:
        return str(date.fromisoformat(released).year - 3 - number % 20)
    return released[:7] if number % 7 == 0 else released


@lru_cache(NAMES)
def area_of(artist: Artist) -> tuple[str, str]:
    """The name of the area, which may be a city, and the country's code."""
    return AREAS[score_of("area", artist.name) % len(AREAS)]


def sound_of(track: Track) -> Json:
    """As ReccoBeats sends it."""
    values = {name: score_of(name, recording_mbid(track)) % 1000 / 1000 for name in SOUNDS}
    return {
        "id": mbid("reccobeats", str(track.uri)),
        "href": f"https://open.spotify.com/track/{str(track.uri)[-22:]}",
        **values,
        "key": 5,
        "loudness": -7.2,
        "mode": 1,
        "tempo": 70 + score_of("tempo", recording_mbid(track)) % 110,
    }


def genre_mbid(genre: str) -> str:
    return mbid("genre", genre)


def _tag(genre: str, count: int) -> Json:
    return {"tag": genre, "count": count, "genre_mbid": genre_mbid(genre)}
