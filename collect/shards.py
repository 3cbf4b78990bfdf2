"""`--shard 0/4`: which part of the accounts a worker takes."""

import re
from argparse import ArgumentTypeError

from db.collecting.shards import Shard

SHARD = re.compile(r"([0-9]{1,4})/([0-9]{1,4})")
MOST = 1000


def shard(text: str) -> Shard:
    """Parse a shard such as 0/4, the first of four. Raises ArgumentTypeError."""
    match = SHARD.fullmatch(text)
    index, count = (int(match[1]), int(match[2])) if match else (0, 0)
    if not index < count <= MOST:
        raise ArgumentTypeError(f"{text!r} is not a shard: use 0/4, 1/4, 2/4 and 3/4 for four, and at most {MOST}")
    return Shard(index, count)
