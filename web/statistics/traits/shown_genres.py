"""Genres as pages show them: with a sleeve, and with the address of their page."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from recommend.questions import all_questions
from web.drawing.scales import percent
from web.questions.view import View
from web.statistics.lines import small_share
from web.statistics.rankings import Row
from web.statistics.shown_items import ShownItem
from web.statistics.trends import Trends

Link = tuple[str, str | None]


def genre_page(view: View, name: str) -> str | None:
    """The page of a genre, for those who may ask about it."""
    if not view.may_ask("genre"):
        return None
    path = all_questions()["genre"].path
    return view.address(path.format(name=quote(name, safe=""), username=view.account.username))


def shown_genre(view: View, name: str) -> ShownItem:
    return ShownItem("genre", name, (), genre_page(view, name), None, None, name)


def genre_links(view: View, names: Sequence[str]) -> list[Link]:
    """The genres with the addresses of their pages, for chips."""
    return [(name, genre_page(view, name)) for name in names]


def genre_rows(view: View, genres: Sequence[Any], trends: Trends | None = None) -> list[Row]:
    """The rows of a ranking of genres."""
    return [
        Row(
            each.rank,
            shown_genre(view, each.genre),
            round(each.plays),
            each.ms_played,
            percent(each.share, genres[0].share),
            None if each.rank_before is None else each.rank_before - each.rank,
            note=small_share(each.share),
            trend=trends.of.get(each.genre) if trends else None,
        )
        for each in genres
    ]
