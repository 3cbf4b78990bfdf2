"""/recap: a period as a story, told in cards and the numbers behind them."""

from collections.abc import Sequence
from typing import Any

from web.drawing.bars import Amount, Bars, bars
from web.pages.templates import counted, duration
from web.questions.view import View
from web.statistics.amounts import amount_of
from web.statistics.rankings import Row, ranked_rows
from web.statistics.showing import SHARED, statistics_page
from web.statistics.totals import tiles

FEW = 20  # plays; below that, there is no story but the count
FIRST = 5
A_DAY_IN_MS = 86_400_000
KINDS = {"artist": ("Artists", "top-artists"), "track": ("Songs", "top-tracks"), "album": ("Albums", "top-albums")}


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "answer": answer,
        "plays": counted(answer.totals.plays, "play"),
        "artists": counted(answer.totals.artists, "artist"),
        "leader": _leader(answer),
        "is_story": answer.totals.plays >= FEW,
        "tiles": tiles(view),
        "rankings_of": [_ranking(view, answer, kind) for kind in KINDS],
        "months": bars([amount_of(step.start, step.plays, "month") for step in answer.months]),
        "hours": _hours(answer),
        "new_artists": counted(answer.discoveries.new_artists, "artist"),
        "missing": _missing(answer),
    }


def _leader(answer: Any) -> str | None:
    """The artist with the most, unless another one has as much."""
    amounts = [each.plays if answer.by == "plays" else each.ms_played for each in answer.top_artists[:2]]
    return answer.top_artists[0].artist.name if amounts and amounts[1:] != amounts[:1] else None


def _ranking(view: View, answer: Any, kind: str) -> tuple[str, str, str | None, Sequence[Row]]:
    """What it lists, the kind of item, the address of the whole ranking, and its first items."""
    name, question = KINDS[kind]
    kept = {key: value for key, value in view.query.items() if key in SHARED}
    href = view.address(f"/{question}/{view.account.username}", {"period": "year", **kept, "by": answer.by})
    rows = ranked_rows(view, kind, getattr(answer, f"top_{kind}s")[:FIRST], answer.by)
    return name, kind, href if view.may_ask(question) else None, rows


def _hours(answer: Any) -> Bars:
    """Empty for a link with sums only, which sees no hours."""
    hours = getattr(answer, "hours", ())
    return bars([Amount(f"{each.hour:02}:00", each.plays, f"{each.hour:02}") for each in hours])


def _missing(answer: Any) -> str | None:
    """How much was not recorded; None where nothing is missing, or the reader may not see it."""
    days = getattr(answer, "days_not_recorded", 0)
    if not days:
        return None
    amount = counted(round(days), "day") if days >= 1 else duration(round(days * A_DAY_IN_MS))
    return f"Not recorded: {amount} of it. What was played then is missing from every number here."


PAGES = (statistics_page("recap", "recap.html", _values),)
