"""Names of music within a sentence, however unusual they are."""

from unicodedata import bidirectional

MOST = 60  # letters that a sentence has room for
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
# The classes of letters that are written from right to left, and of signs that change the direction of what follows.
TURNS = frozenset({"R", "AL", "RLE", "RLO", "LRE", "LRO", "RLI", "LRI", "FSI", "PDF", "PDI"})


def named(name: str) -> str:
    """The name, shortened if it is very long, and unable to change the direction of the words after it."""
    short = name if len(name) <= MOST else f"{name[: MOST - 1].rstrip()}\u2026"
    if short.isascii() or TURNS.isdisjoint(map(bidirectional, short)):
        return short
    return f"{FIRST_STRONG_ISOLATE}{short.replace(POP_ISOLATE, '')}{POP_ISOLATE}"
