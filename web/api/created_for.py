"""/1/user/<username>/playlists/createdfor and /1/playlist/<id>: the latest lists, in ListenBrainz' format.

Programs that fetch ListenBrainz' playlists can fetch ours if they use our address instead.
"""

import time
from collections.abc import Mapping
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from db.lists.recommendations import ListName
from insights.answers.reading import reading
from insights.recommendations import ListedRun, NoRun, latest_runs, musicbrainz_ids, recommendations
from people.accounts import Account, all_accounts
from web.answer_types.listenbrainz import ListenBrainzPlaylists
from web.handlers.params import STEP, asked_account, one_of, parameters, whole_number
from web.http.answers import answer, not_modified
from web.http.errors import Problem, bad_parameter
from web.http.etags import etag
from web.http.origin import own_origin
from web.lists.list_request import MOST, QUESTION
from web.lists.listenbrainz import NOTHING_KNOWN, shown_lb_track, shown_playlist
from web.lists.shapes import list_id
from web.visitors.visitor import readable, visitor

# How many of each list are shown; ListenBrainz, too, keeps the playlists of two weeks.
KEPT: Mapping[ListName, int] = {"daily": 7, "weekly": 2, "year-ago": 2, "month": 2}
MOST_AT_ONCE, USUAL = 1000, 25  # as at ListenBrainz
NO_METADATA = ("true", "false")  # ours always has it


def created_for(request: Request) -> Response:
    query = parameters(request, "count", "offset")
    count = whole_number(query, "count", 1, MOST_AT_ONCE, USUAL)
    offset = whole_number(query, "offset", 0, 10**9 - 1, 0)
    with reading():
        account = asked_account(request, QUESTION)
        tag = etag(request, [account], count, offset, own_origin(request))
        if unchanged := not_modified(request, tag):
            return unchanged
        runs = latest_runs([account.id], KEPT)
    page = runs[offset : offset + count]
    playlists = [shown_playlist(request, account, run, []) for run in page]
    body = ListenBrainzPlaylists(len(page), offset, len(runs), playlists)
    return answer(request, body, tag)


def created_playlist(request: Request) -> Response:
    one_of(parameters(request, "fetch_metadata"), "fetch_metadata", NO_METADATA)
    playlist_id = _playlist_id(request.path_params["id"])
    with reading():
        account, listed = _readable_list(request, playlist_id)
        run = recommendations(account.id, listed.date, MOST, list_name=listed.list_name)
        if isinstance(run, NoRun):
            raise _no_playlist(playlist_id)
        identified = musicbrainz_ids([item.song_key for item in run.items])
    # The ids at MusicBrainz belong to no account, so no version of an account's data changes with them.
    tag = etag(request, [account], listed.list_name, listed.date, own_origin(request), sorted(identified.items()))
    if unchanged := not_modified(request, tag):
        return unchanged
    tracks = [shown_lb_track(item, run.as_of, identified.get(item.song_key, NOTHING_KNOWN)) for item in run.items]
    return answer(request, shown_playlist(request, account, run, tracks), tag)


def _playlist_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise bad_parameter(
            "id", "must be the id of a playlist, as /1/user/<username>/playlists/createdfor lists it"
        ) from error


def _readable_list(request: Request, playlist_id: UUID) -> tuple[Account, ListedRun]:
    """Searches only lists that the visitor may read, so it does not reveal whether others exist. Raises Problem."""
    began = time.perf_counter()
    may_read = readable(request, QUESTION) if visitor(request).period is None else None
    accounts = {account.id: account for account in all_accounts() if may_read and may_read(account)}
    for run in latest_runs(list(accounts), KEPT):
        if list_id(run.account_id, run.date, run.list_name) == playlist_id:
            return accounts[run.account_id], run
    time.sleep(STEP - (time.perf_counter() - began) % STEP)
    raise _no_playlist(playlist_id)


def _no_playlist(playlist_id: UUID) -> Problem:
    return Problem(404, f"Cannot find playlist: {playlist_id}")
