"""/origins/<username>: the countries of the artists."""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta

import music
from insights.answers.parameters import By
from insights.answers.values import Count, Id, Milliseconds, Moment, Part, Rank, Safe, Share, moment, says
from insights.items.names import known_artists
from insights.plays.scope import Scope
from insights.question import COMPLETENESS, COUNTING, OF, PERIOD, Question
from insights.shown.music import Artist, shown_artist
from insights.traits.coverage import part
from insights.traits.origins import NAMED, CountryRecord, heard_origins


class ArtistOfCountry(Part, frozen=True):
    artist: Safe[Artist]
    id: Id


class Origin(Part, frozen=True):
    rank: Rank
    country: Annotated[Safe[str], Meta(pattern="^[A-Z]{2}$"), says("The country's code of two letters (ISO 3166-1).")]
    artists: Annotated[Count, says("How many artists from this country were played.")]
    plays: Count
    ms_played: Milliseconds
    share: Annotated[
        Share, says("The share of the plays, or of the listening time, by artists whose country is known.")
    ]
    first_played_at: Moment
    last_played_at: Moment
    top_artists: Annotated[Safe[tuple[ArtistOfCountry, ...]], Meta(max_length=NAMED), says("The most played first.")]


class Origins(Part, frozen=True):
    by: Safe[By]
    coverage: Annotated[
        Share, says("The share of all plays, or of all listening time, by artists whose country is known.")
    ]
    total: Annotated[Count, says("How many countries there are in total.")]
    countries: Annotated[Safe[tuple[Origin, ...]], says("The most played first.")]


def origins(scope: Scope, by: By = "plays") -> Origins:
    """The countries of your artists.

    An artist's country is the one with which MusicBrainz mainly associates them. A track counts for the artist that it
    names first. Ties are broken by listening time (or by plays, if you rank by time), then by the country's code.
    """
    coverage, countries = heard_origins(scope, by)
    known = coverage.known_plays if by == "plays" else coverage.known_ms
    names = known_artists(scope.account_id, (number for each in countries for number in each.artist_ids))
    listed = tuple(_origin(rank, each, by, known, names) for rank, each in enumerate(countries, 1))
    return Origins(by, coverage.share(by), len(countries), listed)


def _origin(rank: int, each: CountryRecord, by: By, known: int, names: Mapping[int, music.Artist]) -> Origin:
    return Origin(
        rank,
        each.country,
        each.artists,
        each.plays,
        each.ms,
        part(each.plays if by == "plays" else each.ms, known),
        moment(each.first_played_at),
        moment(each.last_played_at),
        tuple(ArtistOfCountry(shown_artist(names[number]), number) for number in each.artist_ids),
    )


QUESTION = Question(
    "origins",
    origins,
    takes=PERIOD + COUNTING + OF + COMPLETENESS,
    sums_only=True,
    lists="countries",
    page="Where artists come from",
)
