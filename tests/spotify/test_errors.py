"""The error classes match the docstring, and a block gives its end in UTC."""

import re
from datetime import datetime, timedelta, timezone

from spotify import errors
from spotify.errors import Blocked, SpotifyError


def documented() -> dict[str, str]:
    """Each class in the tree of the module's docstring, with its parent."""
    parents, each = {}, dict[int, str]()
    for line in (errors.__doc__ or "").splitlines():
        branch = re.match(r"    ([│├└─ ]*)([A-Z]\w+)(  |$)", line)
        if branch:
            depth = len(branch[1]) // 4
            each[depth] = branch[2]
            parents[branch[2]] = each[depth - 1] if depth else "Exception"
    return parents


def test_the_error_classes_are_those_in_the_docstring() -> None:
    classes = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, SpotifyError)]
    assert {each.__name__: each.__mro__[1].__name__ for each in classes} == documented()
    assert len(documented()) == 9


def test_a_block_gives_its_end_in_utc() -> None:
    until = datetime(2026, 11, 20, 14, 30, tzinfo=timezone(timedelta(hours=2)))
    blocked = Blocked("tracks", until, "too many requests")
    assert str(blocked) == (
        "Spotify accepts no more calls for tracks until 2026-11-20 12:30 UTC (too many requests); it continues by "
        "itself then."
    )
    assert (blocked.endpoint_group, blocked.until, blocked.reason) == ("tracks", until, "too many requests")
