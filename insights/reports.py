"""Plays with what the sources tell beside them: the device, the country, how they ended …"""

from insights.scope import each_local_play, each_play


def each_report(*columns: str) -> str:
    """`each_play` with these columns of the view counted_play."""
    return each_play(more=columns)


def each_local_report(*columns: str) -> str:
    """`each_local_play` with them."""
    return each_local_play(more=columns)
