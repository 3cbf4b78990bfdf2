"""Groups of plays, as /devices and /countries show them."""

from insights.grouped import Group


def group_shape(group: Group, name: str) -> dict[str, object]:
    """`name` is what the groups are: a device or a country."""
    return {
        name: group.name,
        "plays": group.plays,
        "ms_played": group.ms_played,
        "share": group.share,
        "first_played_at": group.first_played_at,
        "last_played_at": group.last_played_at,
        "raw": group.raw,
        "raw_total": group.raw_total,
    }
