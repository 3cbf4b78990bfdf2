"""What is odd about the examples of checks, in English, as answers to programs say it; pages translate it."""

from collections.abc import Callable, Mapping
from datetime import UTC

from insights.plays.gaps import Gap

Say = Callable[[str, Mapping[str, object]], str]  # words with placeholders, and their values


def described(text: str) -> str:
    """Marks them for the translators, as `N_` does on pages."""
    return text


ODD = {
    "future": described("ended in the future"),
    "reversed": described("began after it ended"),
    "before_spotify": described("ended before there was Spotify"),
    "hours": described("heard for %(hours)s hours"),
    "nothing": described("neither a track nor an episode"),
    "no_better": described("the better report does not exist"),
    "itself": described("superseded by itself"),
    "better_not_counted": described("the better report does not count either"),
    "fates": described("import %(number)s, %(file)s: %(rows)s rows, but %(fates)s fates"),
    "overlap": described("began %(seconds)s seconds before the previous play ended"),
    "longer": described("heard for %(heard)s of %(length)s seconds"),
    "once": described("heard %(count)s time"),
    "times": described("heard %(count)s times"),
    "unmatched": described("an export covers this time but does not have it"),
    "set_aside": described("import %(number)s, %(file)s, row %(row)s: %(reason)s"),
}
# By how many plays a gap probably misses: an unknown number, one, or several; and the same where nothing covers it.
MISSING = (
    described("from %(start)s to %(end)s UTC: the number of missing plays is unknown"),
    described("from %(start)s to %(end)s UTC: about %(count)s play missing"),
    described("from %(start)s to %(end)s UTC: about %(count)s plays missing"),
)
NOT_COVERED = (
    described(
        "from %(start)s to %(end)s UTC: neither an import nor collecting covers it, and the number of missing plays is "
        "unknown"
    ),
    described(
        "from %(start)s to %(end)s UTC: neither an import nor collecting covers it, about %(count)s play missing"
    ),
    described(
        "from %(start)s to %(end)s UTC: neither an import nor collecting covers it, about %(count)s plays missing"
    ),
)


def in_english(text: str, parts: Mapping[str, object]) -> str:
    return text % parts


def missing(gap: Gap) -> tuple[str, dict[str, object]]:
    """The words for a gap, and the values of their placeholders."""
    start, end = (f"{instant.astimezone(UTC):%Y-%m-%d %H:%M}" for instant in (gap.start, gap.end))
    count = gap.missing_plays
    number = 0 if count is None else 1 if count == 1 else 2
    texts = NOT_COVERED if gap.reason == "not_covered" else MISSING
    return texts[number], {"start": start, "end": end, "count": count}
