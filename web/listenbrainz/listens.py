"""/1/user/<username>/listens, listen-count and playing-now, and /1/latest-import."""

from starlette.requests import Request
from starlette.responses import Response

from db.engine.streaming import snapshot
from insights.answers.periods import ALL
from insights.answers.reading import reading
from insights.listens import latest_submitted, listens_page
from insights.plays.scope import Scope
from insights.plays.tracks import KnownTrack
from insights.questions.totals import totals
from music import Artist
from web.accounts.now_playing import now_playing
from web.answer_types.listens import (
    LatestImport,
    ListenCount,
    ListenCountPayload,
    Listens,
    ListensPayload,
    PlayingNow,
    PlayingNowListen,
    PlayingNowPayload,
)
from web.answer_types.now import NowPlaying
from web.handlers.params import a_username, parameters, whole_number
from web.http.answers import answer, not_modified, plain_answer
from web.http.errors import bad_parameter
from web.http.etags import etag
from web.http.services import services
from web.languages.sentences import Sentence
from web.listenbrainz.asking import MOST_AT_ONCE, USUAL, a_second, asked_about, asked_about_named, for_players
from web.listenbrainz.shown import known_ids, shown_listen, shown_track
from web.visitors.visitor import visitor

HISTORY, TOTALS = "history", "totals"  # the questions that a token has to be allowed to ask
REVERSED = Sentence("must be later than `min_ts`")


@for_players
def listens(request: Request) -> Response:
    query = parameters(request, "max_ts", "min_ts", "count")
    before, after = a_second(query, "max_ts"), a_second(query, "min_ts")
    count = whole_number(query, "count", 1, MOST_AT_ONCE, USUAL)
    if before is not None and after is not None and before <= after:
        raise bad_parameter("max_ts", REVERSED)
    with reading():
        account = asked_about(request, HISTORY)
        page = listens_page(account.id, count, after, before)
        known = known_ids(listen.known_track() for listen in page.listens)
    # The ids at MusicBrainz belong to no account, so no version of an account's data changes with them.
    tag = etag(request, [account], count, after, before, sorted(known.items()))
    if unchanged := not_modified(request, tag):
        return unchanged
    shown = [shown_listen(account.username, listen, known) for listen in page.listens]
    payload = ListensPayload(len(shown), account.username, page.latest, page.oldest, shown)
    return answer(request, Listens(payload), tag)


@for_players
def listen_count(request: Request) -> Response:
    parameters(request)
    with reading():
        account = asked_about(request, TOTALS)
        tag = etag(request, [account])
        if unchanged := not_modified(request, tag):
            return unchanged
        with snapshot():
            plays = totals(Scope(account.id, account.zones, ALL).with_sums()).totals.plays
    return answer(request, ListenCount(ListenCountPayload(plays)), tag)


@for_players
def playing_now(request: Request) -> Response:
    """The same as /now/<username>, but nothing if it is paused."""
    parameters(request)
    with reading():
        account = asked_about(request, HISTORY)
        playing = now_playing(visitor(request), account, services(request).now())
    shown = [_playing(account.username, playing)] if playing and playing.is_playing else []
    return plain_answer(PlayingNow(PlayingNowPayload(len(shown), account.username, True, shown)))


def _playing(username: str, playing: NowPlaying) -> PlayingNowListen:
    artists = tuple(map(Artist, playing.artists))
    track = KnownTrack(playing.name, playing.uri, playing.duration_ms, artists, playing.album, None)
    return PlayingNowListen(True, username, shown_track(track, {}))


@for_players
def latest_import(request: Request) -> Response:
    username = a_username(parameters(request, "user_name"), "user_name")
    with reading():
        account = asked_about_named(request, username, HISTORY)
        for_listener = visitor(request).reads_all_of(account)
        tag = etag(request, [account], for_listener)
        if unchanged := not_modified(request, tag):
            return unchanged
        latest = latest_submitted(account.id, for_listener=for_listener)
    return answer(request, LatestImport(account.username, latest), tag)
