"""Answers to Last.fm's clients in JSON: https://www.last.fm/api/scrobbling"""

from typing import Literal

from msgspec import UNSET, UnsetType, field

from insights.answers.values import Part
from web.answer_types.values import Number


class LastFmText(Part, frozen=True):
    """`#text` is as it was sent."""

    corrected: Literal["0"]
    text: str = field(name="#text")


class IgnoredMessage(Part, frozen=True):
    """The code is 0 for what is stored."""

    code: str
    text: str = field(name="#text")


class LastFmScrobble(Part, frozen=True):
    track: LastFmText
    artist: LastFmText
    album: LastFmText
    album_artist: LastFmText = field(name="albumArtist")
    timestamp: str = field()
    ignored: IgnoredMessage = field(name="ignoredMessage")


class ScrobbleCounts(Part, frozen=True):
    accepted: Number
    ignored: Number


class LastFmScrobbles(Part, frozen=True):
    """`scrobble` is a list if there are several."""

    scrobble: LastFmScrobble | list[LastFmScrobble]
    counts: ScrobbleCounts = field(name="@attr")


class LastFmNowPlaying(Part, frozen=True):
    track: LastFmText
    artist: LastFmText
    album: LastFmText
    album_artist: LastFmText = field(name="albumArtist")
    ignored: IgnoredMessage = field(name="ignoredMessage")


class LastFmSession(Part, frozen=True):
    """The key is the token that was sent."""

    name: str
    key: str
    subscriber: Literal["0"]


class LastFmAnswer(Part, frozen=True, kw_only=True):
    """It has the member that belongs to the method of the call."""

    scrobbles: LastFmScrobbles | UnsetType = UNSET
    nowplaying: LastFmNowPlaying | UnsetType = UNSET
    session: LastFmSession | UnsetType = UNSET


class LastFmError(Part, frozen=True):
    error: int
    message: str
