"""What addresses of ListenBrainz' shape have in common: refusals in its words, and playlists as it has them.

https://listenbrainz.readthedocs.io/en/latest/users/api/playlist.html
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import wraps

import orjson
from starlette.requests import Request
from starlette.responses import Response

from insights.recommendations import MusicBrainzIds, RecommendedTrack
from people.accounts import KnownAccount
from web.http.answers import JSON
from web.http.errors import REFUSALS, refused
from web.http.json_shapes import track_url
from web.http.origin import own_origin
from web.http.services import services
from web.lists.shapes import CREATOR, artists_of, list_id, names_of
from web.server.thread_pool import Handler

PLAYLIST, TRACK = "https://musicbrainz.org/doc/jspf#playlist", "https://musicbrainz.org/doc/jspf#track"
RECORDING, ARTIST = "https://musicbrainz.org/recording", "https://musicbrainz.org/artist"
PATCH = "daily-jams"  # the one of ListenBrainz' own playlists that ours takes the place of: programs choose by it
NOTHING_KNOWN = MusicBrainzIds(None, None)


def in_their_words(handler: Handler) -> Handler:
    """The same handler, whose refusals are {"code", "error"} as ListenBrainz' clients expect them."""

    @wraps(handler)
    def answer(request: Request) -> Response:
        try:
            return handler(request)
        except REFUSALS as error:
            problem = refused(request, error)
            body = {"code": problem.status_code, "error": orjson.loads(problem.body)["detail"]}
            kept = {name: text for name, text in problem.headers.items() if not name.startswith("content-")}
            return Response(orjson.dumps(body), problem.status_code, kept, JSON)

    return answer


def playlist_shape(
    request: Request, account: KnownAccount, day: date, as_of: datetime, tracks: Sequence[Mapping[str, object]]
) -> dict[str, object]:
    """One day's list; programs find it by its title, date or patch, and its id at the end of the identifier."""
    number = list_id(account.id, day)
    address = f"{own_origin(request)}{services(request).base_path}/1/playlist/{number}"
    extension = {
        "public": account.visibility == "public",
        "creator": CREATOR,
        "created_for": account.username,
        "last_modified_at": as_of.isoformat(),
        "additional_metadata": {"algorithm_metadata": {"source_patch": PATCH}},
    }
    return {
        "playlist": {
            "creator": CREATOR,
            "title": f"Daily Jams for {account.username}, {day:%Y-%m-%d %a}",
            "identifier": address,
            "date": as_of.isoformat(),
            "extension": {PLAYLIST: extension},
            "track": tracks,
        }
    }


def lb_track_shape(item: RecommendedTrack, as_of: datetime, ids: MusicBrainzIds = NOTHING_KNOWN) -> dict[str, object]:
    """MusicBrainz' address of the recording comes first where it is known, because programs look at that."""
    track, url = item.track, track_url(item.track.uri)
    recording = f"{RECORDING}/{ids.recording}" if ids.recording else None
    names: list[dict[str, object]] = [
        {"artist_credit_name": artist.name, "join_phrase": ", " if place < len(track.artists) else ""}
        for place, artist in enumerate(track.artists, 1)
    ]
    extension: dict[str, object] = {
        "added_by": CREATOR,
        "added_at": as_of.isoformat(),
        "additional_metadata": {"artists": names, "reason": item.reason, "kind": item.kind},
    }
    if ids.artist:
        extension["artist_identifiers"] = [f"{ARTIST}/{ids.artist}"]
        if names:
            names[0]["artist_mbid"] = ids.artist
    return {
        "title": track.uri or "",
        "creator": artists_of(track),
        **names_of(track),
        "identifier": [address for address in (recording, url or track.uri) if address],
        "annotation": item.reason,
        "extension": {TRACK: extension},
    }
