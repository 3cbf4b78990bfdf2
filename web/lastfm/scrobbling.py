"""track.scrobble and track.updateNowPlaying: what was played, and what is playing."""

from collections.abc import Mapping

from starlette.requests import Request

from collect.exports.rows.future_rows import MARGIN
from collect.submissions.scrobbles import TRACK, Ignored, read_playing, read_scrobble
from collect.submissions.submitting import PAUSED, announce, submit_listens
from db.submissions.plays import SubmittedListen
from web.http.services import services
from web.lastfm.answers import Element
from web.lastfm.errors import LastFmError, Reason
from web.lastfm.fields import Fields, scrobbles_of
from web.lastfm.sessions import account_of

NAMES = ("track", "artist", "album", "albumArtist")
TAKEN: Mapping[str, str] = {"code": "0"}


def scrobble(request: Request, fields: Fields) -> Element:
    """Store the scrobbles that are plays; the answer says why others are none. Raises LastFmError."""
    account_id, latest = account_of(request, fields), services(request).now() + MARGIN
    sent, listens, ignored = scrobbles_of(fields), dict[int, SubmittedListen](), dict[int, Ignored]()
    for index, each in enumerate(sent):
        try:
            listens[index] = read_scrobble(each, latest)
        except Ignored as reason:
            ignored[index] = reason
    paused = submit_listens(account_id, list(listens.values())).paused
    ignored |= {index: Ignored(TRACK, PAUSED) for place, index in enumerate(listens) if place in paused}
    counts = {"accepted": str(len(sent) - len(ignored)), "ignored": str(len(ignored))}
    shown = [_scrobble(each, ignored.get(index)) for index, each in enumerate(sent)]
    return Element("scrobbles", attributes=counts, elements=shown)


def update_now_playing(request: Request, fields: Fields) -> Element:
    """Raises LastFmError."""
    account_id = account_of(request, fields)
    try:
        announce(account_id, read_playing(fields), services(request).now())
    except Ignored as ignored:
        raise LastFmError(Reason.INVALID_PARAMETERS, f"This cannot be playing: {ignored}.") from ignored
    return Element("nowplaying", elements=[*_names(fields), _message()])


def _scrobble(fields: Fields, ignored: Ignored | None = None) -> Element:
    timestamp = Element("timestamp", fields.get("timestamp", ""))
    return Element("scrobble", elements=[*_names(fields), timestamp, _message(ignored)])


def _names(fields: Fields) -> list[Element]:
    """The names as they were sent: nothing is corrected."""
    return [Element(name, fields.get(name, ""), {"corrected": "0"}) for name in NAMES]


def _message(ignored: Ignored | None = None) -> Element:
    if ignored is None:
        return Element("ignoredMessage", "", TAKEN)
    return Element("ignoredMessage", f"This is not a play: {ignored}.", {"code": str(ignored.code)})
