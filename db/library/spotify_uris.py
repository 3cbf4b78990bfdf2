"""From what people paste to Spotify's URIs."""

import re

LINK = re.compile(r"(?:https?://)?(?:open|play)\.spotify\.com/(?:intl-[\w-]+/)?(\w+)/(\w+)/?(?:[?#].*)?", re.ASCII)
URI = re.compile(r"spotify:(\w+):(\w+)", re.ASCII)
SPOTIFY_ID = re.compile(r"[0-9A-Za-z]{22}")
LOCAL = "spotify:local:"  # a file of the listener's own, which has a URI and no link


class WrongLink(Exception):
    """It is a URI or link, but not one of what was asked for; the sentence says so."""


def spotify_uri(kind: str, text: str) -> str | None:
    """`spotify:KIND:…` of a URI or link to a track, artist or album; None where the text is neither.

    Raises WrongLink for a URI or link that is damaged or leads to something else.
    """
    if kind == "track" and text.startswith(LOCAL):
        return text
    if not text.lower().startswith("spotify:") and "spotify.com/" not in text.lower():
        return None
    found = LINK.fullmatch(text) or URI.fullmatch(text)
    if found is None or found[1] != kind or not SPOTIFY_ID.fullmatch(found[2]):
        raise WrongLink(f"{text!r} does not lead to {'an' if kind[0] == 'a' else 'a'} {kind} of Spotify")
    return f"spotify:{kind}:{found[2]}"
