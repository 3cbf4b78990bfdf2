"""Names of music within a sentence, whatever they are like."""

from unicodedata import bidirectional

MOST = 60  # letters; a sentence is no place for more
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
# The classes of letters that are written from right to left, and of signs that turn what follows them.
TURNS = frozenset({"R", "AL", "RLE", "RLO", "LRE", "LRO", "RLI", "LRI", "FSI", "PDF", "PDI"})


def named(name: str) -> str:
    """Cut where it is very long, and unable to turn the words after it around."""
    short = name if len(name) <= MOST else f"{name[: MOST - 1].rstrip()}\u2026"
    if short.isascii() or TURNS.isdisjoint(map(bidirectional, short)):
        return short
    return f"{FIRST_STRONG_ISOLATE}{short.replace(POP_ISOLATE, '')}{POP_ISOLATE}"
