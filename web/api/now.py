"""/now/<username>: what an account plays now, if it is collected live."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from collect.live import showing
from collect.live.hearing import MILLISECOND, Hearing, is_local
from db.submissions.announced import AnnouncedTrack, announced_track
from insights.answers.reading import reading
from insights.answers.values import moment
from insights.plays.exclusions import exclusions
from music import Track
from people.accounts import Account
from web.answer_types.now import NowPlaying
from web.handlers.params import asked_account, parameters
from web.http.answers import plain_answer
from web.http.errors import no_account
from web.http.services import services
from web.visitors.visitor import visitor


def now(request: Request) -> Response:
    """204 if nothing plays. Others than its listener are told nothing of an account that hides any plays."""
    parameters(request)
    with reading():
        account = asked_account(request)
        if visitor(request).is_restricted:
            raise no_account(account.username)
        playing = _playing(account.id, services(request).now()) if _may_see(request, account) else None
    if playing is None:
        return Response(status_code=204, headers={"Cache-Control": "no-store"})
    return plain_answer(playing)


def _may_see(request: Request, account: Account) -> bool:
    return visitor(request).is_owner(account) or not exclusions(account.id)


def _playing(account_id: int, at: datetime) -> NowPlaying | None:
    """What Spotify shows, or else what another player has announced."""
    seen = showing.now_playing(account_id, at)
    announced = announced_track(account_id, at) if seen is None else None
    return _shown(seen) if seen else _announced(announced, at) if announced else None


def _announced(track: AnnouncedTrack, at: datetime) -> NowPlaying:
    return NowPlaying(
        track.name,
        [track.artist_name],
        track.album_name,
        uri=track.uri,
        is_local=False,
        is_playing=True,
        started_at=moment(track.announced_at),
        progress_ms=(at - track.announced_at) // MILLISECOND,
        duration_ms=track.duration_ms,
        seen_at=moment(track.announced_at),
    )


def _shown(playing: showing.NowPlaying) -> NowPlaying:
    hearing = playing.hearing
    return NowPlaying(
        *_names(hearing),
        uri=hearing.item.uri,
        is_local=is_local(hearing.track),
        is_playing=hearing.is_playing,
        started_at=moment(hearing.started_at),
        progress_ms=playing.progress_ms,
        duration_ms=hearing.duration_ms,
        seen_at=moment(playing.seen_at),
    )


def _names(hearing: Hearing) -> tuple[str, list[str], str | None]:
    """The title, the artists and the album."""
    item = hearing.item
    if isinstance(item, Track):
        return item.title, [artist.name for artist in item.artists], item.album.name if item.album else None
    return item.name or item.uri or "", [item.show] if item.show else [], None
