"""/top-artists, /top-tracks, /top-albums: rankings, and how each item moved."""

from collections.abc import Sequence

from web.handlers.params import one_of
from web.languages.names import named
from web.languages.writing import counted, duration, number
from web.pages.languages import N_, _
from web.questions.view import View
from web.statistics.rankings import Row, ranked_rows
from web.statistics.showing import ORDERS, choices, more, statistics_page, tabs
from web.statistics.trends import item_trends

FEW = 20  # plays; with fewer, the first place means nothing
MORE = 200
LISTED = {"top-artists": "artist", "top-tracks": "track", "top-albums": "album"}
KINDS = {"top-artists": N_("Artists"), "top-tracks": N_("Songs"), "top-albums": N_("Albums")}
TABS = {**KINDS, "top-genres": N_("Genres")}
LOOKS = {"list": N_("List"), "covers": N_("Covers")}


def _values(view: View) -> dict[str, object]:
    answer, kind = view.answer(), LISTED[view.question.name]
    entries, as_covers = getattr(answer, f"{kind}s"), _look(view) == "covers"
    trends = None if as_covers else item_trends(view, kind, entries, answer.by)
    rows = ranked_rows(view, kind, entries, answer.by, trends)
    return {
        "kind": _(KINDS[view.question.name]),
        "by": answer.by,
        "total": answer.total,
        "amount": _amount(kind, answer.total),
        "rows": rows,
        "is_compared": view.scope.before is not None,
        "sentence": _sentence(rows, answer.by),
        "tabs": tabs(view, TABS),
        "orders": choices(view, "by", ORDERS, answer.by),
        "looks": choices(view, "show", LOOKS, _look(view)),
        "as_covers": as_covers,
        "legend": trends.legend if trends else None,
        "more": more(view, len(rows), answer.total, MORE),
    }


def _look(view: View) -> str:
    """Whether the page shows a list or covers. Raises Problem."""
    return one_of(view.query, "show", tuple(LOOKS)) or "list"


def _sentence(rows: Sequence[Row], by: str) -> str | None:
    """By how much the first leads the second. None if there are too few plays, or if more than two share the lead."""
    if len(rows) < 2 or rows[0].plays < FEW or _is_level(rows[:3], by):
        return None
    first, second = rows[:2]
    return _longer(first, second) if by == "time" else _more(first, second)


def _is_level(rows: Sequence[Row], by: str) -> bool:
    """Whether three or more share the first place."""
    written = {duration(row.ms_played) if by == "time" else number(row.plays) for row in rows}
    return len(rows) > 2 and len(written) == 1


def _longer(first: Row, second: Row) -> str:
    """The lead in listening time; times that look the same are taken for equal."""
    ahead, written = first.ms_played - second.ms_played, duration(first.ms_played)
    names = {"first": named(first.item.name), "second": named(second.item.name)}
    if written == duration(second.ms_played):
        return _("%(first)s and %(second)s share the first place, with %(time)s each.") % {**names, "time": written}
    return _("%(first)s leads, %(time)s ahead of %(second)s.") % {**names, "time": duration(ahead)}


def _more(first: Row, second: Row) -> str:
    names = {"first": named(first.item.name), "second": named(second.item.name)}
    if first.plays == second.plays:
        shared = _("%(first)s and %(second)s share the first place, with %(plays)s plays each.")
        return shared % {**names, "plays": number(first.plays)}
    return counted(
        first.plays - second.plays,
        "%(first)s leads, %(count)s play ahead of %(second)s.",
        "%(first)s leads, %(count)s plays ahead of %(second)s.",
        **names,
    )


def _amount(kind: str, total: int) -> str:
    match kind:
        case "artist":
            return counted(total, "%(count)s artist", "%(count)s artists")
        case "track":
            return counted(total, "%(count)s song", "%(count)s songs")
    return counted(total, "%(count)s album", "%(count)s albums")


PAGES = tuple(statistics_page(question, "tops.html", _values, ("show",)) for question in KINDS)
