"""Lists as ListenBrainz' playlists.

https://listenbrainz.readthedocs.io/en/latest/users/api/playlist.html
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from msgspec import UNSET
from starlette.requests import Request

from db.lists.recommendations import ListName
from insights.plays.tracks import KnownTrack
from insights.recommendations import ListedRun, MusicBrainzIds, RecommendedTrack, StoredRun
from insights.shown.music import track_url
from people.accounts import Account
from recommend.list_dates import month_before
from web.answer_types.listenbrainz import (
    AlgorithmMetadata,
    ArtistCredit,
    ListenBrainzPlaylist,
    ListenBrainzTrack,
    Patch,
    PlaylistContent,
    PlaylistDetails,
    PlaylistExtension,
    PlaylistMetadata,
    TrackDetails,
    TrackExtension,
    TrackMetadata,
)
from web.http.origin import own_origin
from web.http.services import services
from web.lists.shapes import CREATOR, artists_of, list_id, unset_if_none

RECORDING, ARTIST = "https://musicbrainz.org/recording", "https://musicbrainz.org/artist"
NOTHING_KNOWN = MusicBrainzIds(None, None)
Run = ListedRun | StoredRun


class Called(NamedTuple):
    """The title, date and patch of a list, as at ListenBrainz if it has such a list."""

    title: str
    date: Callable[[date], str]
    patch: Patch


A_DAY, A_WEEK = "{:%Y-%m-%d %a}".format, "week of {:%Y-%m-%d %a}".format
CALLED: Mapping[ListName, Called] = {
    "daily": Called("Daily Jams", A_DAY, "daily-jams"),
    "weekly": Called("Weekly Exploration", A_WEEK, "weekly-exploration"),
    "year-ago": Called("A Year Ago This Week", A_WEEK, "year-ago"),
    "month": Called("Month in Review", lambda day: f"{month_before(day):%Y-%m}", "month-in-review"),
}


def shown_playlist(
    request: Request, account: Account, run: Run, tracks: list[ListenBrainzTrack]
) -> ListenBrainzPlaylist:
    """Programs find a list by its title, date or patch, and its id at the end of the identifier."""
    number, called = list_id(account.id, run.date, run.list_name), CALLED[run.list_name]
    made_at = run.as_of.isoformat()
    return ListenBrainzPlaylist(
        PlaylistContent(
            creator=CREATOR,
            title=f"{called.title} for {account.username}, {called.date(run.date)}",
            identifier=f"{own_origin(request)}{services(request).base_path}/1/playlist/{number}",
            date=made_at,
            extension=PlaylistExtension(_playlist_details(account, called.patch, made_at)),
            track=tracks,
        )
    )


def _playlist_details(account: Account, patch: Patch, made_at: str) -> PlaylistDetails:
    return PlaylistDetails(
        public=account.visibility == "public",
        creator=CREATOR,
        created_for=account.username,
        last_modified_at=made_at,
        additional_metadata=PlaylistMetadata(AlgorithmMetadata(patch)),
    )


def shown_lb_track(item: RecommendedTrack, as_of: datetime, ids: MusicBrainzIds = NOTHING_KNOWN) -> ListenBrainzTrack:
    """MusicBrainz' address of the recording comes first, if it is known, because programs use that one."""
    track = item.track
    recording = f"{RECORDING}/{ids.recording}" if ids.recording else None
    return ListenBrainzTrack(
        title=track.name if track.name is not None else track.uri or "",
        creator=artists_of(track),
        album=unset_if_none(track.album_name),
        duration=unset_if_none(track.duration_ms),
        identifier=[address for address in (recording, track_url(track.uri) or track.uri) if address],
        annotation=item.reason,
        extension=TrackExtension(_track_details(item, as_of, ids.artist)),
    )


def _track_details(item: RecommendedTrack, as_of: datetime, artist_mbid: str | None) -> TrackDetails:
    return TrackDetails(
        added_by=CREATOR,
        added_at=as_of.isoformat(),
        artist_identifiers=[f"{ARTIST}/{artist_mbid}"] if artist_mbid else UNSET,
        additional_metadata=TrackMetadata(_credits(item.track, artist_mbid), item.reason, item.kind),
    )


def _credits(track: KnownTrack, artist_mbid: str | None) -> list[ArtistCredit]:
    """The artists; the id at MusicBrainz is that of the first."""
    last = len(track.artists) - 1
    return [
        ArtistCredit(artist.name, ", " if place < last else "", artist_mbid if artist_mbid and place == 0 else UNSET)
        for place, artist in enumerate(track.artists)
    ]
