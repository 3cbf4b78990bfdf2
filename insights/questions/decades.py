"""/decades/<username>: the decades and years of the music."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta

from insights.answers.parameters import By
from insights.answers.values import Count, Milliseconds, Moment, Part, Safe, Share, moment, says
from insights.items.ranking import SongCount
from insights.plays.scope import Scope
from insights.question import COMPLETENESS, COUNTING, OF, PERIOD, Question
from insights.traits.coverage import part
from insights.traits.years import YearRecord, heard_years

MusicYear = Annotated[Safe[int], Meta(ge=0, le=9999)]
ShareOfKnown = Annotated[Share, says("The share of the plays, or of the listening time, whose year is known.")]


class YearOfMusic(Part, frozen=True):
    year: Annotated[MusicYear, says("The year in which the song was first released, as far as known.")]
    plays: Count
    ms_played: Milliseconds


class Decade(Part, frozen=True):
    decade: Annotated[MusicYear, says("The first year of the decade: 1990 for the 1990s.")]
    tracks: SongCount
    plays: Count
    ms_played: Milliseconds
    share: ShareOfKnown
    first_played_at: Moment
    last_played_at: Moment
    years: Annotated[Safe[tuple[YearOfMusic, ...]], says("The years with plays, the earliest first.")]


class Decades(Part, frozen=True):
    by: Safe[By]
    coverage: Annotated[Share, says("The share of all plays, or of all listening time, whose year is known.")]
    by_spotify: Annotated[
        Share,
        says(
            "The share of these whose year comes only from Spotify's album, which may be a later edition. The others "
            "have the earliest year from MusicBrainz or Spotify."
        ),
    ]
    decades: Annotated[Safe[tuple[Decade, ...]], says("The decades with plays, the earliest first.")]


def decades(scope: Scope, by: By = "plays") -> Decades:
    """The decades and years of your music.

    The year of a song is the earliest known: when its album was first released, according to MusicBrainz, or the
    year of Spotify's album. The same recording under several ids counts as one song in each decade.
    """
    coverage, years = heard_years(scope)
    known = coverage.known_plays if by == "plays" else coverage.known_ms
    of_decades = [each for each in years if each.year is None]
    by_spotify = sum(each.plays_by_spotify if by == "plays" else each.ms_by_spotify for each in of_decades)
    listed = tuple(_decade(each, years, by, known) for each in of_decades)
    return Decades(by, coverage.share(by), part(by_spotify, known), listed)


def _decade(decade: YearRecord, years: Sequence[YearRecord], by: By, known: int) -> Decade:
    own = (each for each in years if each.decade == decade.decade)
    return Decade(
        decade.decade,
        decade.songs,
        decade.plays,
        decade.ms,
        part(decade.plays if by == "plays" else decade.ms, known),
        moment(decade.first_played_at),
        moment(decade.last_played_at),
        tuple(YearOfMusic(each.year, each.plays, each.ms) for each in own if each.year is not None),
    )


QUESTION = Question(
    "decades",
    decades,
    takes=PERIOD + COUNTING + OF + COMPLETENESS,
    sums_only=True,
    lists="decades",
    page="Decades",
)
