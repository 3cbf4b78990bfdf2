"""The names of groups of devices."""

from collections.abc import Mapping

from insights.plays.play_groups import UNKNOWN
from web.pages.languages import _


def device_names() -> Mapping[str, str]:
    """The names, by the groups as in answers."""
    return {
        "android": _("Android"),
        "car": _("Cars"),
        "console": _("Game consoles"),
        "ios": _("iPhone and iPad"),
        "linux": _("Linux"),
        "macos": _("macOS"),
        "other": _("Others"),
        "speakers": _("Speakers"),
        "tv": _("Televisions"),
        "web_player": _("Web player"),
        "windows": _("Windows"),
        UNKNOWN: _("Not known"),
    }
