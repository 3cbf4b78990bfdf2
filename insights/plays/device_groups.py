"""The few groups of devices, from the texts with which sources name them."""

import re
from functools import cache

from insights.plays.play_groups import UNKNOWN

OTHER = "other"

# The first pattern found in the text, in lower case, determines the group. The text of a television or a car may name
# Android too, so these come first, as whole words (separated by "_", too); the text of a telephone contains the name of
# its model, so patterns that match a part of a word come after the operating systems.
PATTERNS = tuple(
    (re.compile(pattern), group)
    for pattern, group in (
        (r"^not_applicable$", UNKNOWN),
        (r"web_?player", "web_player"),
        (r"(?<![a-z])(tv|tvos|apple_?tv|android_?tv|webos|tizen|bravia|roku|fire_?tv)(?![a-z])|smart_?tv", "tv"),
        (r"(?<![a-z])(car|automotive|carplay|android_?auto|tesla|car_?thing)(?![a-z])", "car"),
        (r"^android", "android"),
        (r"^(ios|ipados|iphone|ipad|ipod)", "ios"),
        (r"^windows", "windows"),
        (r"^(os ?x|mac)", "macos"),
        (r"^linux", "linux"),
        (r"(?<![a-z])(ps[345]|playstation|xbox|nintendo)", "console"),
        (
            r"(?<![a-z])(cast|chromecast|sonos|echo|salmon|alexa|speaker|bose|denon|heos|libratone|bang|bluesound|"
            r"soundtouch|yamaha|homepod|google_home|nest|hifi|avr)",
            "speakers",
        ),
    )
)
DEVICES = tuple(sorted({group for _, group in PATTERNS} | {OTHER, UNKNOWN}))


@cache
def device_of(platform: str | None) -> str:
    """The group of a text, "unknown" if there is no text."""
    if platform is None:
        return UNKNOWN
    text = platform.lower()
    return next((group for pattern, group in PATTERNS if pattern.search(text)), OTHER)
