"""Tracks, artists and albums as pages show them: with a cover or a sleeve, and with addresses here and at Spotify."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from insights.question import PERIOD
from recommend.questions import all_questions
from web.pages.languages import _
from web.pages.sleeves import spotify_cover
from web.questions.view import View

HISTORY = "history"


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item; `by` are its artists, `href` is its page here. Without a cover, it has the sleeve of `sleeve_of`."""

    kind: str
    name: str
    by: tuple[str, ...]
    href: str | None
    spotify_url: str | None
    cover: str | None
    sleeve_of: str


def shown_artist(view: View, artist: Any, number: int | None = None) -> ShownItem:
    return ShownItem("artist", artist.name, (), page_of(view, "artist", number), _url(artist), None, artist.name)


def shown_album(view: View, album: Any, number: int | None = None) -> ShownItem:
    by = (album.artist.name,) if album.artist else ()
    return ShownItem("album", album.name, by, page_of(view, "album", number), _url(album), _cover(album), album.name)


def shown_track(view: View, track: Any, number: int | str | None = None) -> ShownItem:
    name = track.name or getattr(track, "uri", None) or _("A song without a name")
    by = tuple(artist.name for artist in track.artists)
    sleeve_of = track.album.name if track.album else name
    cover = _cover(track.album) if track.album else None
    return ShownItem("track", name, by, page_of(view, "track", number), _url(track), cover, sleeve_of)


def _url(item: Any) -> str | None:
    """The address at Spotify, which links with totals only do not get, because it appears with a play."""
    return getattr(item, "url", None)


def _cover(album: Any) -> str | None:
    return spotify_cover(getattr(album, "image_url", None))


def page_of(view: View, kind: str, number: int | str | None) -> str | None:
    """The page of an item by our number or Spotify's id, for those who may ask about it.

    A link with totals only gets no number of ours.
    """
    if number is None or not view.may_ask(kind):
        return None
    return view.address(all_questions()[kind].path.format(id=number, username=view.account.username))


KINDS: dict[str, Callable[..., ShownItem]] = {"artist": shown_artist, "album": shown_album, "track": shown_track}


def shown_item(view: View, kind: str, entry: Any) -> ShownItem:
    """The track, artist or album of an entry in an answer. A link with totals only gets entries without ids."""
    return KINDS[kind](view, getattr(entry, kind), getattr(entry, "id", None))


def plays_of(view: View, kind: str, number: int | None) -> str | None:
    """The history of an item in the period of this page, for those who may ask for it."""
    if number is None or not view.may_ask(HISTORY):
        return None
    period = {name: value for name, value in view.query.items() if name in PERIOD}
    return view.address(all_questions()[HISTORY].path.format(username=view.account.username), period | {kind: number})
