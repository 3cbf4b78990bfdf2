"""What an account plays now: as Spotify shows it, if it is collected live, or as another player has announced it."""

from datetime import datetime

from collect.live import showing
from collect.live.hearing import MILLISECOND, Hearing, is_local
from db.submissions.announced import AnnouncedTrack, announced_track
from insights.answers.values import moment
from insights.plays.exclusions import exclusions
from music import LOCAL_FILE, Track
from people.accounts import Account
from web.answer_types.now import NowPlaying
from web.visitors.visitor import Visitor


def now_playing(who: Visitor, account: Account, at: datetime) -> NowPlaying | None:
    """None if nothing plays; also if the account hides any plays and the visitor is not its listener."""
    if not who.reads_all_of(account) and exclusions(account.id):
        return None
    seen = showing.now_playing(account.id, at)
    announced = announced_track(account.id, at) if seen is None else None
    return _shown(seen) if seen else _announced(announced, at) if announced else None


def _announced(track: AnnouncedTrack, at: datetime) -> NowPlaying:
    return NowPlaying(
        track.name,
        [track.artist_name],
        track.album_name,
        uri=track.uri,
        is_local=bool(track.uri and track.uri.startswith(LOCAL_FILE)),
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
