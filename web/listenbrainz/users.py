"""/1/search/users, and the playlists that a listener has made."""

from starlette.requests import Request
from starlette.responses import Response

from insights.answers.reading import reading
from people.accounts import all_accounts
from web.answer_types.listenbrainz import ListenBrainzPlaylists
from web.answer_types.listens import ListenBrainzUser, ListenBrainzUsers
from web.handlers.params import parameters, whole_number
from web.http.answers import answer, not_modified
from web.http.errors import bad_parameter
from web.http.etags import etag
from web.listenbrainz.asking import MOST_AT_ONCE, MOST_OFFSET, USUAL, asked_about, for_players
from web.lists.list_request import QUESTION
from web.visitors.visitor import readable, visitor

USERS = "users"
MOST_USERS = 10  # as at ListenBrainz


@for_players
def search_users(request: Request) -> Response:
    """Only accounts that the visitor may read."""
    term = parameters(request, "search_term").get("search_term", "").strip()
    if not term:
        raise bad_parameter("search_term", "is missing: give a part of a username")
    with reading():
        is_readable = readable(request, USERS)
        accounts = all_accounts() if visitor(request).via != "link" else []
    matching = [account for account in accounts if is_readable(account) and term.lower() in account.username.lower()]
    tag = etag(request, matching[:MOST_USERS], term)
    if unchanged := not_modified(request, tag):
        return unchanged
    shown = [ListenBrainzUser(account.username) for account in matching[:MOST_USERS]]
    return answer(request, ListenBrainzUsers(shown), tag)


@for_players
def own_playlists(request: Request) -> Response:
    """Always none: listeners make theirs on Spotify. Those made for them are at …/playlists/createdfor."""
    query = parameters(request, "count", "offset")
    whole_number(query, "count", 1, MOST_AT_ONCE, USUAL)
    offset = whole_number(query, "offset", 0, MOST_OFFSET, 0)
    with reading():
        account = asked_about(request, QUESTION)
    tag = etag(request, [account], offset)
    return not_modified(request, tag) or answer(request, ListenBrainzPlaylists(0, offset, 0, []), tag)
