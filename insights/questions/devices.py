"""/devices/<username>: the devices of plays, in a few groups, from the texts with which Spotify names them."""

from typing import Annotated

from msgspec import Meta

from insights.answers.parameters import By
from insights.answers.values import Count, Milliseconds, Moment, Part, Private, says
from insights.plays.device_groups import DEVICES, device_of
from insights.plays.platforms import shown_platform
from insights.plays.play_groups import ShareOfPeriod, SourceText, grouped
from insights.plays.scope import Scope
from insights.question import COMPLETENESS, COUNTING, OF, PERIOD, Question


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


def devices(scope: Scope, by: By = "plays") -> Devices:
    """What you listened with.

    Sources name devices and programs in texts of their own, which have changed over the years. Insight puts them into a
    few groups, and each group shows its texts. A device that plays through a partner's software is in the group of its
    kind (speakers, tv, car, console), a browser in web_player. `unknown` are plays without such a text, `other` those
    whose text belongs to no group.
    """
    groups = grouped(scope, "platform", device_of, by, shown_platform)
    return Devices(by, tuple(DeviceGroup(*group) for group in groups))


QUESTION = Question("devices", devices, takes=PERIOD + COUNTING + OF + COMPLETENESS, lists="devices", page="Devices")
