"""/artist, /album, /track: how one of them was played, from the first day on."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from insights.items.parents import parents
from web.drawing.bars import Bars
from web.questions.view import View
from web.statistics.amounts import bars_of
from web.statistics.item_versions import versions
from web.statistics.lines import small_share
from web.statistics.own_decisions import own_decisions
from web.statistics.own_time import local_day
from web.statistics.rankings import ranked_rows
from web.statistics.showing import statistics_page
from web.statistics.shown_items import KINDS, ShownItem, page_of, plays_of, shown_item
from web.statistics.traits.shown_genres import genre_links
from web.today.item_lists import how_listed

LONG = 20  # letters of a name that is set smaller
BY_YEAR = 48  # months; a chart of more shows years


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another item; `times` is how often it was played directly before or after."""

    item: ShownItem
    times: int


def _values(view: View) -> dict[str, object]:
    kind, answer = view.question.name, view.answer()
    item = shown_item(view, kind, answer)
    return {
        "item": item,
        "answer": answer,
        **_parents(view, kind, answer),
        "plays_of_it": plays_of(view, kind, getattr(answer, "id", None)),
        "is_long": len(item.name) > LONG,
        "share": small_share(answer.share),
        "first": local_day(view, answer.first_played_at),
        "last": local_day(view, answer.last_played_at),
        "chart": _chart(view, answer),
        "genres": genre_links(view, [each.genre for each in answer.genres]),
        "year": getattr(answer, "year", None),
        "songs": ranked_rows(view, "track", getattr(answer, "tracks", ())),
        "albums": ranked_rows(view, "album", getattr(answer, "albums", ())),
        "years": [year for year in answer.years if year.rank],
        **how_listed(view, kind, answer),
        "versions": versions(view, answer.id) if kind == "track" else [],
        "own": own_decisions(view, item, getattr(answer, "id", 0)),
        "near": [Neighbour(shown_item(view, kind, near), near.before + near.after) for near in answer.neighbours],
    }


def _parents(view: View, kind: str, answer: Any) -> dict[str, object]:
    """The pages of its artist and album, and the album's name. Restricted links get no pages."""
    number = None if view.parsed.visitor.is_restricted else getattr(answer, "id", None)
    album = getattr(getattr(answer, kind), "album", None)
    if number is None:
        return {"artist_page": None, "album_name": album.name if album else None, "album_page": None}
    above = parents(view.account.id, kind, number)
    return {
        "artist_page": page_of(view, "artist", above.artist_id),
        "album_name": album.name if album else None,
        "album_page": page_of(view, "album", above.album_id),
    }


def _chart(view: View, answer: Any) -> Bars:
    """A chart of months, or of years if there are many months."""
    if len(answer.steps) > BY_YEAR:
        return bars_of(view, [(date(year.year, 1, 1), year.plays) for year in answer.years], "year")
    return bars_of(view, [(step.start, step.plays) for step in answer.steps], "month")


PAGES = tuple(statistics_page(kind, "item.html", _values) for kind in KINDS)
