"""Totals in your_spotify's format, for its widgets. `_id` would be the calendar step; here, there is only one."""

from typing import Annotated

from msgspec import field

from insights.answers.values import Part, says
from web.answer_types.values import Number


class WidgetCount(Part, frozen=True):
    id: None = field(name="_id")
    count: Annotated[Number, says("Milliseconds.")]


class WidgetSongs(Part, frozen=True):
    id: None = field(name="_id")
    count: Annotated[Number, says("Plays.")]
    differents: Annotated[Number, says("Songs.")]


class WidgetArtist(Part, frozen=True):
    """An artist, without any details."""


class WidgetArtists(Part, frozen=True):
    id: None = field(name="_id")
    artists: Annotated[list[WidgetArtist], says("One for each artist, so that widgets can count them.")]
    differents: Number
