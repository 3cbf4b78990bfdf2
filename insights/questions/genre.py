"""/genre/<name>/<username>: how the songs of one genre were played."""

from typing import Annotated, Any

from msgspec import Meta

from insights.answers.parameters import BadParameter, By, ItemId, NoSuchItem
from insights.answers.values import Count, Day, Milliseconds, Moment, Part, Rank, Share, Text, moment, says
from insights.plays.calendar_steps import StepName
from insights.question import COMPLETENESS, COUNTING, PERIOD, Asking, Question
from insights.questions.top_artists import TopArtist, top_artists
from insights.questions.top_genres import SplitPlays, SplitTime
from insights.questions.top_tracks import TopTrack, top_tracks
from insights.traits.filters import a_genre, tracks_with
from insights.traits.genres import GenreRecord
from insights.traits.one_genre import one_genre

GenreGiven = Annotated[str, ItemId(), Meta(min_length=1, max_length=100), says("Its name, as /top-genres shows it.")]
Step = Annotated[
    StepName,
    says("How long a step is; at most 5,000 steps. The service's settings determine when weeks start."),
]
Limit = Annotated[int, Meta(ge=1, le=50), says("The maximum number of artists and of tracks to list.")]


class StepOfGenre(Part, frozen=True):
    """Local days: start <= day < end."""

    start: Day
    end: Day
    plays: Count
    ms_played: Milliseconds


class Genre(Part, frozen=True):
    genre: Text
    parent: Annotated[Text | None, says("The broader genre to which it belongs, if MusicBrainz names one.")]
    by: By
    plays: Annotated[Count, says("All plays of songs with this genre, whatever other genres they have.")]
    ms_played: Milliseconds
    split_plays: SplitPlays
    split_ms_played: SplitTime
    share: Annotated[
        Share, says("Its part of the plays, or of the listening time, whose genres are known; split like the plays.")
    ]
    rank: Annotated[Rank | None, says("The rank among all genres in the period; null if it was not played.")]
    tracks: Annotated[Count, says("How many different songs with this genre were played.")]
    artists: Annotated[Count, says("How many different artists these songs have, counting the first artist of each.")]
    first_played_at: Moment | None
    last_played_at: Moment | None
    step: StepName
    steps: Annotated[tuple[StepOfGenre, ...], says("From the step of the first play to the step of the last.")]
    top_artists: Annotated[tuple[TopArtist, ...], says("Shares and ranks are among the plays of the genre.")]
    top_tracks: Annotated[tuple[TopTrack, ...], says("Shares and ranks are among the plays of the genre.")]


def genre(asking: Asking, name: GenreGiven, by: By = "plays", step: Step = "month", limit: Limit = 10) -> Genre:
    """How you played the songs of one genre.

    `plays`, the steps, artists and tracks count every play of a song that has the genre. The rank and the share
    split each play among the genres of its song, as the ranking of genres does. A genre that none of your songs has
    is not found (404); a share link for one period also finds no genre that you did not play in it.
    """
    details = one_genre(asking.scope, *_looked_up(asking, name), by, step)
    artists, songs = top_artists(details.scope, by, limit), top_tracks(details.scope, by, limit)
    return Genre(
        details.genre.name,
        details.genre.parent,
        by,
        details.own.plays,
        details.own.ms_played,
        **_among_genres(details.heard, by),
        tracks=songs.total,
        artists=artists.total,
        first_played_at=moment(details.own.first) if details.own.first else None,
        last_played_at=moment(details.own.last) if details.own.last else None,
        step=step,
        steps=tuple(StepOfGenre(each.start, each.end, each.plays, each.ms_played) for each in details.steps),
        top_artists=artists.artists,
        top_tracks=songs.tracks,
    )


def _looked_up(asking: Asking, name: str) -> tuple[str, tuple[int, ...]]:
    """The genre as it is stored, and its tracks. Raises NoSuchItem."""
    within = None if asking.whole else asking.period
    try:
        tracks = tracks_with(asking.account.id, "genre", name, within)
    except BadParameter:  # the text cannot be a name
        tracks = []
    if not tracks:
        where = f"/top-genres/{asking.account.username} shows those that were played"
        raise NoSuchItem(f"No play has the genre {name[:64]!r}; {where}.")
    return a_genre(name), tuple(tracks)


def _among_genres(heard: GenreRecord | None, by: By) -> dict[str, Any]:
    """The genre's rank and share among all genres: zeros, and no rank, if it was not played."""
    if heard is None:
        return {**dict.fromkeys(("split_plays", "split_ms_played", "share"), 0), "rank": None}
    return {
        "split_plays": heard.split_plays,
        "split_ms_played": heard.split_ms,
        "share": heard.share(by),
        "rank": heard.rank,
    }


QUESTION = Question(
    "genre",
    genre,
    takes=PERIOD + COUNTING + COMPLETENESS,
    about="{name}/{username}",
    page="Genre",
)
