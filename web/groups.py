"""Groups of plays, as /devices and /countries show them."""

from insights.grouped import Group
from web.shapes import utc


def group_shape(group: Group, name: str) -> dict[str, object]:
    """`name` is what the groups are: a device or a country."""
    return {
        name: group.name,
        "plays": group.plays,
        "ms_played": group.ms_played,
        "share": round(group.share, 6),
        "first_played_at": utc(group.first_played_at),
        "last_played_at": utc(group.last_played_at),
        "raw": [{"text": found.text, "plays": found.plays} for found in group.texts],
        "raw_total": group.text_total,
    }
