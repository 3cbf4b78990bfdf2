"""A listener's feedback on a recommended song, in words, and the feedback that a page offers."""

from collections.abc import Mapping
from dataclasses import dataclass

from db.lists.feedback import Target, Verb
from insights.recommendations import RecommendedTrack
from web.pages.languages import _

Verdicts = Mapping[Target, Verb | None]
Words = dict[tuple[Target, Verb], str]


@dataclass(frozen=True, slots=True)
class Response:
    """A button about the track, artist or album with that id: `text` is what it does, or what is already in force."""

    target: Target
    id: int
    verb: Verb
    text: str


def given(item: RecommendedTrack, verdicts: Verdicts) -> list[Response]:
    """The feedback in force, which can be withdrawn."""
    return [each for each in _responses(item, _in_force()) if verdicts.get(each.target) == each.verb]


def offered(item: RecommendedTrack, verdicts: Verdicts) -> list[Response]:
    """The feedback that the page offers. The API takes every verb for every target."""
    return [each for each in _responses(item, _labels()) if verdicts.get(each.target) != each.verb]


def _responses(item: RecommendedTrack, words: Words) -> list[Response]:
    ids: dict[Target, int | None] = {"track": item.track_id, "artist": item.artist_id, "album": item.album_id}
    pairs = ((target, ids[target], verb, text) for (target, verb), text in words.items())
    return [Response(target, number, verb, text) for target, number, verb, text in pairs if number is not None]


def _labels() -> Words:
    return {
        ("track", "like"): _("Like"),
        ("track", "dislike"): _("Dislike"),
        ("track", "not_now"): _("Not now"),
        ("artist", "block"): _("Block artist"),
    }


def _in_force() -> Words:
    return {
        ("track", "like"): _("You like this song."),
        ("track", "dislike"): _("You dislike this song."),
        ("track", "not_now"): _("You have paused this song."),
        ("track", "block"): _("You have blocked this song."),
        ("artist", "like"): _("You like this artist."),
        ("artist", "dislike"): _("You dislike this artist."),
        ("artist", "not_now"): _("You have paused this artist."),
        ("artist", "block"): _("You have blocked this artist."),
        ("album", "like"): _("You like this album."),
        ("album", "dislike"): _("You dislike this album."),
        ("album", "not_now"): _("You have paused this album."),
        ("album", "block"): _("You have blocked this album."),
    }
