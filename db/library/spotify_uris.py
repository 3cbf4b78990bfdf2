"""Convert links and URIs that people paste into Spotify's URIs."""

import re

LINK = re.compile(r"(?:https?://)?(?:open|play)\.spotify\.com/(?:intl-[\w-]+/)?(\w+)/(\w+)/?(?:[?#].*)?", re.ASCII)
URI = re.compile(r"spotify:(\w+):(\w+)", re.ASCII)
SPOTIFY_ID = re.compile(r"[0-9A-Za-z]{22}")
LOCAL = "spotify:local:"  # the listener's own file, which has a URI but no link


class WrongLink(Exception):
    """A URI or link, but not of the expected kind; the message says so."""


def spotify_uri(kind: str, text: str) -> str | None:
    """The URI `spotify:KIND:…` from a URI or link to a track, artist or album; None if the text is neither.

    Raises WrongLink for a damaged URI or link, or one that leads to something else.
    """
    if kind == "track" and text.startswith(LOCAL):
        return text
    if not text.lower().startswith("spotify:") and "spotify.com/" not in text.lower():
        return None
    match = LINK.fullmatch(text) or URI.fullmatch(text)
    if match is None or match[1] != kind or not SPOTIFY_ID.fullmatch(match[2]):
        raise WrongLink(f"{text!r} does not lead to {'an' if kind[0] == 'a' else 'a'} {kind} on Spotify")
    return f"spotify:{kind}:{match[2]}"
