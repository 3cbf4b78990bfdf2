"""A list as a playlist in XSPF (https://xspf.org/spec)."""

import re
from urllib.parse import quote

from insights.answers.values import moment
from insights.plays.tracks import KnownTrack
from insights.recommendations import RecommendedTrack, StoredRun
from insights.shown.music import track_url
from web.lists.names import title
from web.lists.shapes import CREATOR, artists_of, list_id
from web.lists.status import status_text
from web.pages.xml import rendered_xml

XSPF = "application/xspf+xml"
KEPT = ":/?#[]@!$&'()*+,;=%-._~"  # characters that a URI may contain as they are
LONE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
HAS_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.+")


def xspf(username: str, account_id: int, run: StoredRun) -> str:
    values = {
        "title": title(run.list_name, username, run.date),
        "creator": CREATOR,
        "annotation": status_text(run),
        "identifier": list_id(account_id, run.date, run.list_name).urn,
        "date": moment(run.as_of),
        "tracks": [_track(item) for item in run.items],
    }
    return rendered_xml("playlist.xspf", values)


def _track(item: RecommendedTrack) -> dict[str, object]:
    """Unknown values are None: the template leaves their elements out, as XSPF requires."""
    track = item.track
    return {
        "location": _location(track),
        "identifier": _uri(track.uri),
        "title": track.name,
        "creator": artists_of(track) or None,
        "annotation": item.reason or None,
        "album": track.album_name,
        "duration": track.duration_ms,
    }


def _location(track: KnownTrack) -> str | None:
    """The address at which a player can open the track."""
    return _uri(track_url(track.uri))


def _uri(text: str | None) -> str | None:
    """The text as an anyURI of XML Schema, if it is one: the URIs of local files can contain anything."""
    if not text or not HAS_SCHEME.match(text):
        return None
    return quote(LONE_PERCENT.sub("%25", text), safe=KEPT)
