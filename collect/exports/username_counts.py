"""Count the rows of each username in an export, without keeping a name: digests, in memory only."""

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b


def count_usernames(values: Sequence[object]) -> tuple[tuple[int, int], ...]:
    """(digest of a username, rows) for all rows that have one."""
    names = (value.get("username") for value in values if isinstance(value, dict))
    counted = Counter(name for name in names if isinstance(name, str) and name)
    return tuple((_digest(name), rows) for name, rows in counted.items())


def _digest(name: str) -> int:
    data = name.casefold().encode("utf-8", "replace")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big")
