"""Split names into credited artists: "A & B", "A feat. B", and guests in a title."""

import re

from music import is_nobody
from recommend.listening.names import artist_key

TOGETHER = re.compile(
    r"\s*(?:,|;|/|\+|&|\bx\b|\band\b|\bwith\b|\bfeat(?:uring)?\b\.?|\bft\b\.?|\bvs\b\.?)\s*", re.IGNORECASE
)
GUESTS = re.compile(r"[(\[\s](?:feat(?:uring)?|ft|with)\b\.?\s+([^)\]]+)", re.IGNORECASE)


def credited(artist: str, title: str) -> frozenset[str]:
    """The artist keys of the whole name, of its parts, and of guests in the title; without "Various Artists"."""
    names = [artist, *TOGETHER.split(artist)]
    for guests in GUESTS.findall(title):
        names += [guests, *TOGETHER.split(guests)]
    return frozenset(artist_key(name) for name in names if name.strip() and not is_nobody(name))
