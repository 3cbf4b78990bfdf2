"""A list as a playlist in JSPF (https://www.xspf.org/jspf)."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from insights.answers.values import Part, says
from web.answer_types.recommendations import MOST
from web.answer_types.values import Number, Uri, WithOffset


class JspfTrack(Part, frozen=True, kw_only=True):
    title: str | UnsetType = UNSET
    creator: str | UnsetType = UNSET
    album: str | UnsetType = UNSET
    duration: Annotated[Number | UnsetType, says("Milliseconds.")] = UNSET
    identifier: Annotated[list[str], says("Spotify's URI.")]
    annotation: Annotated[str, says("The reason.")]


class JspfPlaylist(Part, frozen=True):
    title: str
    creator: str
    annotation: Annotated[str, says("How the list was made.")]
    identifier: Uri
    date: WithOffset
    track: Annotated[list[JspfTrack], Meta(max_length=MOST)]


class Jspf(Part, frozen=True):
    playlist: JspfPlaylist
