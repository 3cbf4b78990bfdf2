"""What groups of devices are called."""

from collections.abc import Mapping

from insights.plays.play_groups import UNKNOWN
from web.pages.languages import _


def device_names() -> Mapping[str, str]:
    """By the name that answers have for the group."""
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
