"""/recap: a period as a story, in cards and the numbers behind them."""

from collections.abc import Sequence
from typing import Any

from web.drawing.bars import Amount, Bars, bars
from web.languages.writing import counted
from web.pages.languages import N_, _
from web.questions.previews import TAKES
from web.questions.view import View
from web.statistics.amounts import bars_of
from web.statistics.missing_days import amount_not_recorded
from web.statistics.periods import days_of
from web.statistics.rankings import Row, ranked_rows
from web.statistics.sharing.cards import SHAPES
from web.statistics.showing import SHARED, statistics_page
from web.statistics.totals import tiles
from web.statistics.traits.coverage import known_for
from web.statistics.traits.shown_genres import genre_rows

FEW = 20  # plays; with fewer, the page only mentions their number
FIRST = 5
GENRES = "top-genres"
KINDS = {
    "artist": (N_("Artists"), "top-artists"),
    "track": (N_("Songs"), "top-tracks"),
    "album": (N_("Albums"), "top-albums"),
}


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "answer": answer,
        "plays": counted(answer.totals.plays, "%(count)s play", "%(count)s plays"),
        "artists": counted(answer.totals.artists, "%(count)s artist", "%(count)s artists"),
        "leader": _leader(answer),
        "is_story": answer.totals.plays >= FEW,
        "tiles": tiles(view),
        "rankings_of": [_ranking(view, answer, kind) for kind in KINDS],
        **_genres(view, answer.by),
        "months": bars_of(view, [(step.start, step.plays) for step in answer.months], "month"),
        "hours": _hours(answer),
        "new_artists": counted(answer.discoveries.new_artists, "%(count)s artist", "%(count)s artists"),
        "missing": _missing(answer),
        "cards": {shape: _card(view, shape) for shape in SHAPES},
        "feed": view.address(f"/recap/{view.account.username}/feed.atom") if _has_feed(view) else None,
        "own_link": _own_link(view),
    }


def _leader(answer: Any) -> str | None:
    """The first artist, unless the second one has as much."""
    amounts = [each.plays if answer.by == "plays" else each.ms_played for each in answer.top_artists[:2]]
    return answer.top_artists[0].artist.name if amounts and amounts[1:] != amounts[:1] else None


def _ranking(view: View, answer: Any, kind: str) -> tuple[str, str, str | None, Sequence[Row]]:
    """The heading of a ranking, the kind of its items, the address of all of it, and its first items."""
    name, question = KINDS[kind]
    kept = {key: value for key, value in view.query.items() if key in SHARED}
    href = view.address(f"/{question}/{view.account.username}", {"period": "year", **kept, "by": answer.by})
    rows = ranked_rows(view, kind, getattr(answer, f"top_{kind}s")[:FIRST], answer.by)
    return _(name), kind, href if view.may_ask(question) else None, rows


def _genres(view: View, by: str) -> dict[str, object]:
    """The first genres, the share of plays for which genres are known, and the address of the ranking."""
    kept = {"period": "year", **{key: value for key, value in view.query.items() if key in SHARED}, "by": by}
    answer = view.other(GENRES, {"by": by, "limit": str(FIRST)})
    return {
        "genres": genre_rows(view, answer.genres) if answer else [],
        "genres_known": known_for(answer.coverage, by) if answer else "",
        "genres_page": view.address(f"/{GENRES}/{view.account.username}", kept),
    }


def _hours(answer: Any) -> Bars:
    """A chart of the hours; empty for a link with totals only, which sees no hours."""
    hours = getattr(answer, "hours", ())
    return bars([Amount(f"{each.hour:02}:00", each.plays, f"{each.hour:02}") for each in hours])


def _card(view: View, shape: str) -> str:
    """The address of the picture of this period."""
    kept = {key: value for key, value in view.query.items() if key in TAKES}
    return view.address(f"/recap/{view.account.username}/card.svg", {"period": "year", **kept, "shape": shape})


def _has_feed(view: View) -> bool:
    """Whether the reader has a feed of recaps: a link for one period has none."""
    return view.parsed.visitor.period is None


def _own_link(view: View) -> str | None:
    """The period of a link that its owner may create to this recap: a year or a month."""
    days = days_of(view)
    if not view.parsed.visitor.is_owner(view.account) or days.first is None:
        return None
    return {"year": f"{days.first.year}", "month": f"{days.first:%Y-%m}"}.get(days.unit or "")


def _missing(answer: Any) -> str | None:
    amount = amount_not_recorded(answer)
    if amount is None:
        return None
    sentence = _("Not recorded: %(amount)s. Anything played then is missing from these numbers.")
    return sentence % {"amount": amount}


PAGES = (statistics_page("recap", "recap.html", _values),)
