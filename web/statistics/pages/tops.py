"""/top-artists, /top-tracks, /top-albums: rankings, and how each item moved."""

from collections.abc import Sequence

from web.handlers.params import one_of
from web.pages.templates import counted, number
from web.questions.view import View
from web.statistics.rankings import Row, ranked_rows
from web.statistics.showing import ORDERS, choices, more, statistics_page, tabs

FEW = 20  # plays; below that, a leader says nothing
MORE = 200
LISTED = {"top-artists": "artist", "top-tracks": "track", "top-albums": "album"}
KINDS = {"top-artists": "Artists", "top-tracks": "Songs", "top-albums": "Albums"}
LOOKS = {"list": "List", "covers": "Covers"}


def _values(view: View) -> dict[str, object]:
    answer, kind = view.answer(), LISTED[view.question.name]
    rows = ranked_rows(view, kind, getattr(answer, f"{kind}s"), answer.by)
    return {
        "kind": KINDS[view.question.name],
        "by": answer.by,
        "total": answer.total,
        "rows": rows,
        "is_compared": view.scope.before is not None,
        "sentence": _sentence(rows, answer.by),
        "tabs": tabs(view, KINDS),
        "orders": choices(view, "by", ORDERS, answer.by),
        "looks": choices(view, "show", LOOKS, _look(view)),
        "as_covers": _look(view) == "covers",
        "more": more(view, len(rows), answer.total, MORE),
    }


def _look(view: View) -> str:
    """Raises Problem."""
    return one_of(view.query, "show", tuple(LOOKS)) or "list"


def _sentence(rows: Sequence[Row], by: str) -> str | None:
    """What stands out: by how much the first leads the second. None where there is too little to say so."""
    if len(rows) < 2 or by != "plays" or rows[0].plays < FEW:
        return None
    first, second = rows[:2]
    if first.plays == second.plays:
        return f"{first.item.name} and {second.item.name} share the first place, with {number(first.plays)} plays each."
    ahead = first.plays - second.plays
    return f"{first.item.name} leads, {counted(ahead, 'play')} ahead of {second.item.name}."


PAGES = tuple(statistics_page(question, "tops.html", _values, ("show",)) for question in KINDS)
