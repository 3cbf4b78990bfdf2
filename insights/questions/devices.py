"""/devices/<username>: the devices of plays, in a few groups, from the texts with which Spotify names them."""

import re
from functools import cache
from typing import Annotated

from msgspec import Meta

from insights.answers.parameters import By
from insights.answers.values import Count, Milliseconds, Moment, Part, Private, says
from insights.plays.platforms import shown_platform
from insights.plays.play_groups import UNKNOWN, ShareOfPeriod, SourceText, grouped
from insights.plays.scope import Scope
from insights.question import COMPLETENESS, COUNTING, OF, PERIOD, Question

OTHER = "other"

# The first pattern found in the text, in small letters, tells the group. A television or a car may name Android too, so
# they stand first, as whole words ("_" parts words); the text of a telephone holds the name of its model, so what is
# told by a part of a name stands behind the operating systems.
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


class DeviceGroup(Part, frozen=True):
    device: Annotated[str, Meta(extra_json_schema={"enum": list(DEVICES)})]
    plays: Private[Count]
    ms_played: Private[Milliseconds]
    share: ShareOfPeriod
    first_played_at: Moment
    last_played_at: Moment
    raw: Annotated[
        tuple[SourceText, ...],
        says(
            "The 10 most frequent texts of this group, without what identifies one device or a person (serial numbers, "
            "network addresses and the like)."
        ),
    ]
    raw_total: Annotated[
        Private[Count], says("How many different texts there are, as shown, including those beyond the 10.")
    ]


class Devices(Part, frozen=True):
    by: By
    devices: Annotated[tuple[DeviceGroup, ...], says("The largest first, then by name.")]


@cache
def device_of(platform: str | None) -> str:
    """The group of a text, "unknown" where there is none."""
    if platform is None:
        return UNKNOWN
    text = platform.lower()
    return next((group for pattern, group in PATTERNS if pattern.search(text)), OTHER)


def devices(scope: Scope, by: By = "plays") -> Devices:
    """What you listened with.

    Sources name devices and programs in texts of their own, which have changed over the years. Insight puts them into a
    few groups, and each group shows its texts. A device that plays through a partner's software is in the group of its
    kind (speakers, tv, car, console), a browser in web_player. `unknown` are plays without such a text, `other` those
    whose text belongs to no group.
    """
    groups = grouped(scope, "platform", device_of, by, shown_platform)
    return Devices(by, tuple(DeviceGroup(*group) for group in groups))


QUESTION = Question("devices", devices, takes=PERIOD + COUNTING + OF + COMPLETENESS, lists="devices")
