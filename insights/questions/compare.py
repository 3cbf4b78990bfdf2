"""/compare/<username>/<other>: how similar two accounts are, and what each could recommend to the other."""

from dataclasses import replace
from typing import Annotated

from msgspec import Meta

from insights import compared
from insights.answers.parameters import BadParameter, OtherAccount
from insights.answers.values import Id, Part, says
from insights.question import COUNTING, PERIOD, Asking, Question
from insights.shown.music import Artist, Track, shown_artist, shown_track
from people.accounts import Account

Limit = Annotated[int, Meta(ge=1, le=100), says("The maximum number of entries in each list.")]
Plays = Annotated[int, Meta(ge=1), says("Those of `username`.")]
OtherPlays = Annotated[int, Meta(ge=1), says("Those of `other`.")]
NOT_ANOTHER = "must be the name of another account"


class SharedArtist(Part, frozen=True):
    id: Id
    artist: Artist
    plays: Plays
    other_plays: OtherPlays


class SharedTrack(Part, frozen=True):
    id: Id
    track: Track
    plays: Plays
    other_plays: OtherPlays


class ArtistNewToOther(Part, frozen=True):
    id: Id
    artist: Artist
    plays: Plays


class TrackNewToOther(Part, frozen=True):
    id: Id
    track: Track
    plays: Plays


class ArtistNewToUsername(Part, frozen=True):
    id: Id
    artist: Artist
    other_plays: OtherPlays


class TrackNewToUsername(Part, frozen=True):
    id: Id
    track: Track
    other_plays: OtherPlays


class Shared(Part, frozen=True):
    artists: tuple[SharedArtist, ...]
    tracks: tuple[SharedTrack, ...]


class NewToOther(Part, frozen=True):
    artists: tuple[ArtistNewToOther, ...]
    tracks: tuple[TrackNewToOther, ...]


class NewToUsername(Part, frozen=True):
    artists: tuple[ArtistNewToUsername, ...]
    tracks: tuple[TrackNewToUsername, ...]


class Comparison(Part, frozen=True):
    other: str
    affinity: Annotated[float, Meta(ge=0, le=1)]
    plays: Annotated[int, Meta(ge=0), says("All of `username` in the period.")]
    other_plays: Annotated[int, Meta(ge=0), says("All of `other` in the period.")]
    shared: Shared
    new_to_other: NewToOther
    new_to_username: NewToUsername


def compare(asking: Asking, other: Annotated[Account, OtherAccount()], limit: Limit = 20) -> Comparison:
    """How similar two accounts are.

    Compares two accounts in one period. The days and months of the period are those of `username`, for both.
    `affinity` is the weighted Jaccard (Ruzicka) similarity of their shares of plays per artist: the sum of the smaller
    shares divided by the sum of the larger ones. It is 1 if both gave every artist the same share of their plays, and
    0 if they have no artist in common or one of them played nothing. An artist's plays are those of the tracks that
    name the artist first; plays without a known artist are left out. `shared` lists what both played in the period,
    ranked by the smaller of the two shares, then by the larger, then by name. `new_to_other` lists what `username`
    played most in the period and `other` never played, in any period; `new_to_username` is the reverse. Both are
    ranked by plays, then by name. Only plays of at least `min_seconds` count, in any period. The same recording under
    several ids counts as one, shown as the track that `username` played most in the period, or `other` if `username`
    never played it. Songs and artists are matched by the names in each account's own history; choices that a listener
    made about recordings are not applied, because the two listeners may have chosen differently.
    """
    if other.id == asking.account.id:
        raise BadParameter("other", NOT_ANOTHER)
    own_scope = asking.scope
    both = compared.compare(own_scope, replace(own_scope, account_id=other.id).with_sums(), limit)
    return Comparison(
        other.username,
        round(both.affinity, 6),
        both.plays,
        both.other_plays,
        _shared(both.shared),
        _new_to_other(both.new_to_other),
        _new_to_username(both.new_to_one),
    )


def _shared(lists: compared.Favourites) -> Shared:
    artists = (SharedArtist(each.id, shown_artist(name), each.plays, each.other_plays) for each, name in lists.artists)
    tracks = (SharedTrack(each.id, shown_track(name), each.plays, each.other_plays) for each, name in lists.tracks)
    return Shared(tuple(artists), tuple(tracks))


def _new_to_other(lists: compared.Favourites) -> NewToOther:
    artists = (ArtistNewToOther(each.id, shown_artist(name), each.plays) for each, name in lists.artists)
    tracks = (TrackNewToOther(each.id, shown_track(name), each.plays) for each, name in lists.tracks)
    return NewToOther(tuple(artists), tuple(tracks))


def _new_to_username(lists: compared.Favourites) -> NewToUsername:
    artists = (ArtistNewToUsername(each.id, shown_artist(name), each.other_plays) for each, name in lists.artists)
    tracks = (TrackNewToUsername(each.id, shown_track(name), each.other_plays) for each, name in lists.tracks)
    return NewToUsername(tuple(artists), tuple(tracks))


QUESTION = Question(
    "compare", compare, takes=PERIOD + COUNTING, is_costly=True, about="{username}/{other}", page="Two listeners"
)
