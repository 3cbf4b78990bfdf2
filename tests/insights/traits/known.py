"""Random lives, with random genres, years, sounds and origins of their music."""

from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.insights.listening import SONGS, Life, Played, lives
from tests.web.known_music import know_genres, know_origin, know_sound, know_year

GENRES = ("ambient", "dream pop", "folk", "jazz", "r&b")
COUNTRIES = ("DE", "GB", "JP")
YEARS = (1969, 1989, 1990, 1999, 2000, 2023)
SPLITS = ((1.0,), (0.5, 0.5), (0.75, 0.25), (0.5, 0.3, 0.2), (0.4, 0.4, 0.2))
Values = tuple[float | None, float | None, float | None, float | None, float | None]


@dataclass
class KnownLife:
    """A life, and what is known of its tracks, by their places in SONGS, and of its artists."""

    life: Life
    genres: Mapping[int, Mapping[str, float]]
    years: Mapping[int, tuple[int, str]]
    sounds: Mapping[int, Values]
    origins: Mapping[str, str | None]

    def __post_init__(self) -> None:
        tracks = self.life.track_ids
        for place, shares in self.genres.items():
            know_genres(tracks[place], shares)
        for place, year in self.years.items():
            know_year(tracks[place], *year)
        for place, values in self.sounds.items():
            know_sound(tracks[place], values)
        for artist, country in self.origins.items():
            know_origin(self.life.artist_ids[artist], country, "Somewhere")

    def genres_of(self, played: Played) -> Mapping[str, float]:
        return self.genres.get(self._place(played), {})

    def year_of(self, played: Played) -> tuple[int, str] | None:
        return self.years.get(self._place(played))

    def sound_of(self, played: Played) -> Values | None:
        return self.sounds.get(self._place(played))

    def _place(self, played: Played) -> int:
        return self.life.track_ids.index(played.track_id)


@st.composite
def shares(draw: st.DrawFn) -> dict[str, float]:
    split = draw(st.sampled_from(SPLITS))
    names = draw(st.permutations(GENRES))
    return dict(zip(names, split, strict=False))


values = st.tuples(*[st.sampled_from([None, 0.0, 0.25, 0.5, 1.0])] * 4, st.sampled_from([None, 60.0, 120.0]))
PLACES = st.integers(0, len(SONGS) - 1)


@st.composite
def known_lives(draw: st.DrawFn) -> KnownLife:
    sources = st.sampled_from(["musicbrainz", "spotify"])
    return KnownLife(
        draw(lives()),
        draw(st.dictionaries(PLACES, shares())),
        draw(st.dictionaries(PLACES, st.tuples(st.sampled_from(YEARS), sources))),
        draw(st.dictionaries(PLACES, values)),
        draw(
            st.dictionaries(
                st.sampled_from(["The Lanterns", "Quiet Rooms"]), st.sampled_from([*COUNTRIES, None]), max_size=2
            )
        ),
    )
