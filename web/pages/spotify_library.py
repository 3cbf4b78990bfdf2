"""/connect/library: ask Spotify for permission to read playlists and the library."""

from starlette.requests import Request
from starlette.responses import Response

from web.http.consent_flow import LIBRARY, Consent, Pending
from web.pages.one_more_permission import ask_permission, permitted
from web.pages.refusals import for_people


@for_people
def allow_library(request: Request) -> Response:
    """Redirect the listener to Spotify, which asks for permission to read playlists and the library."""
    return ask_permission(request, LIBRARY, lambda connector, username: connector.start_library(username))


def library_allowed(request: Request, consent: Consent, pending: Pending) -> Response:
    """Back from Spotify. Raises SpotifyError where the listener declined, AccountError, Problem 403."""
    return permitted(request, consent, pending, lambda connector, *answer: connector.finish_library(*answer))
