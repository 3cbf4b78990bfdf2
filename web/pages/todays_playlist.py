"""/connect/playlist: ask Spotify for permission to write today's list to a private playlist."""

from starlette.requests import Request
from starlette.responses import Response

from web.http.consent_flow import PLAYLIST, Consent, Pending
from web.pages.one_more_permission import ask_permission, permitted
from web.pages.refusals import for_people


@for_people
def allow_playlist(request: Request) -> Response:
    """Redirect the listener to Spotify, which asks for permission to write a private playlist."""
    return ask_permission(request, PLAYLIST, lambda connector, username: connector.start_playlist(username))


def playlist_allowed(request: Request, consent: Consent, pending: Pending) -> Response:
    """Back from Spotify. Raises SpotifyError where the listener declined, AccountError, Problem 403."""
    return permitted(request, consent, pending, lambda connector, *answer: connector.finish_playlist(*answer))
