"""What the pages of all questions share."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from starlette.responses import Response

from insights.question import OF, TRAITS
from web.http.answers import answer, not_modified
from web.http.etags import etag
from web.pages.frame import frame_of, page, page_tag, rendered
from web.pages.languages import N_, _
from web.questions.previews import preview_of
from web.questions.view import QuestionPage, View
from web.statistics.item_filters import item_chips, nothing_played, without
from web.statistics.periods import days_of, picker

SHARED = {"period", "from", "to", "tz", *TRAITS}  # parameters that pages pass on to each other
ORDERS = {"plays": N_("by plays"), "time": N_("by time")}  # values of `by`
KEPT_FORMATS = {"csv": "CSV", "ndjson": "NDJSON", "json": "JSON"}


Values = Callable[[View], Mapping[str, object]]


def statistics_page(question: str, template: str, values: Values, parameters: tuple[str, ...] = ()) -> QuestionPage:
    """The page of a question: `values` returns its template's values, `parameters` are those that only it takes."""
    return QuestionPage(question, partial(_show, f"statistics/{template}", values), parameters)


def _show(template: str, values: Values, view: View) -> Response:
    if view.parsed.visitor.is_restricted:
        return _show_restricted(template, values, view)
    tag = _tag(view)
    if unchanged := not_modified(view.request, tag):
        return unchanged
    return page(view.request, template, _all_values(view, values), tag=tag, about=view.account)


def _show_restricted(template: str, values: Values, view: View) -> Response:
    """The page for a restricted link; its ETag depends only on what is shown, not on anything else that is stored."""
    frame = frame_of(view.request, view.parsed.visitor, view.account)
    html = rendered(template, frame, _all_values(view, values))
    tag = etag(view.request, [], html)
    return not_modified(view.request, tag) or answer(view.request, html, tag)


def _all_values(view: View, values: Values) -> dict[str, object]:
    with view.with_sums() as summed:
        return {**_common(view), **values(summed)}


def _common(view: View) -> dict[str, object]:
    # The history shows these together with its own filters.
    chips = [] if view.question.name == "history" else list(item_chips(view))
    return {
        "account": view.account,
        "days": days_of(view),
        "picker": picker(view),
        "day_page": partial(_day_page, view),
        "formats": list(_formats(view)),
        "filters": chips,
        "unfiltered": without(view, *OF),
        "nothing": nothing_played(view, chips),
        "preview": preview_of(view),
    }


def _formats(view: View) -> Iterator[tuple[str, str]]:
    """The other formats, with their addresses; a table with the whole list takes no parameters that select a page."""
    of_pages = {own.name for own in view.question.parameters if not own.selects} if view.question.in_batches else set()
    offered = view.question.formats_of_sums if view.parsed.visitor.sums_only else view.question.formats
    for name in (name for name in offered if name in KEPT_FORMATS):
        left_out = {} if name == "json" else dict.fromkeys(of_pages)
        yield KEPT_FORMATS[name], view.here(format=name, **left_out)


def _day_page(view: View, day: date) -> str | None:
    """The history of a day; None if the reader may not see single plays."""
    if not view.may_ask("history"):
        return None
    return view.address(f"/history/{view.account.username}", {"period": day.isoformat()})


def _tag(view: View) -> str:
    """The ETag, which changes every minute, because most pages show something that depends on the time."""
    period, query = view.scope.period, sorted(view.query.items())
    return page_tag(
        view.request,
        [view.account, *view.parsed.others],
        period.name,
        period.start,
        period.end,
        *query,
        view.parsed.now,
    )


def tabs(view: View, names: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """Links to the pages of questions about the same period, as far as the reader may ask them.

    Each has a name, an address, and whether it is this page.
    """
    return [
        (
            _(name),
            view.address(f"/{question}/{view.account.username}", _kept(view, question)),
            question == view.question.name,
        )
        for question, name in names.items()
        if view.may_ask(question)
    ]


def choices(view: View, parameter: str, names: Mapping[Any, str], current: object) -> list[tuple[str, str, bool]]:
    """Links to this page with each value of a parameter: name, address, and whether it is the current one."""
    return [(_(name), view.here(**{parameter: value}), value == current) for value, name in names.items()]


def more(view: View, shown: int, total: int, most: int) -> str | None:
    """The address of this page with up to `most` entries; None if that would show no more."""
    return view.here(limit=most) if shown < min(total, most) else None


def _kept(view: View, question: str) -> dict[str, str]:
    """The parameters that the page of another question shares with this one."""
    return {name: value for name, value in view.query_of(question).items() if name in SHARED}
