"""/2.0/: the calls of Last.fm's API that scrobbling needs; all but one have to be sent by POST."""

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from web.lastfm import answers
from web.lastfm.answers import Element, answered, session_element
from web.lastfm.errors import LastFmError, Reason
from web.lastfm.fields import Fields, read_fields
from web.lastfm.scrobbling import scrobble, update_now_playing
from web.lastfm.sessions import mobile_session, session

MOST_BODY = 256 * 1024  # bytes: fifty scrobbles of five hundred take a tenth
Method = Callable[[Request, Fields], Element]
METHODS: Mapping[str, Method] = {
    "auth.getmobilesession": lambda request, fields: session_element(mobile_session(request, fields)),
    "auth.getsession": lambda request, fields: session_element(session(request, fields)),
    "track.scrobble": scrobble,
    "track.updatenowplaying": update_now_playing,
}
BY_GET = "auth.getsession"
NAMES = ("auth.getMobileSession", "auth.getSession", "track.scrobble", "track.updateNowPlaying")
UNKNOWN = f"`method` must be one of {', '.join(NAMES)}."


def call(body: bytes, request: Request) -> Response:
    """What the method of the call answers, or why it is refused, in the format that the call asks for."""
    fields: Fields = {}
    try:
        fields = read_fields(body, request)
        return answered(_method(request, fields)(request, fields), as_json=_wants_json(fields))
    except LastFmError as error:
        return answers.refused(error, as_json=_wants_json(fields))


def _method(request: Request, fields: Fields) -> Method:
    name = fields.get("method", "").lower()
    if name not in METHODS:
        raise LastFmError(Reason.INVALID_METHOD, UNKNOWN)
    if name != BY_GET and request.method != "POST":
        raise LastFmError(Reason.INVALID_PARAMETERS, f"`{fields['method']}` has to be sent by POST.")
    return METHODS[name]


def _wants_json(fields: Fields) -> bool:
    return fields.get("format", "").lower() == "json"
