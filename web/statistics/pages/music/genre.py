"""/genre: how the songs of one genre were played."""

from typing import Any

from insights.question import PERIOD
from web.languages.writing import counted, duration, number
from web.pages.languages import _
from web.questions.view import View
from web.statistics.amounts import bars_of
from web.statistics.lines import small_share
from web.statistics.own_time import local_day
from web.statistics.rankings import ranked_rows
from web.statistics.showing import ORDERS, choices, statistics_page
from web.statistics.shown_items import HISTORY
from web.statistics.totals import Tile
from web.statistics.traits.coverage import genre_credits
from web.statistics.traits.shown_genres import genre_page, shown_genre

LONG = 20  # letters of a name that is set smaller


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "item": shown_genre(view, answer.genre),
        "is_long": len(answer.genre) > LONG,
        "answer": answer,
        "parent": (answer.parent, genre_page(view, answer.parent)) if answer.parent else None,
        "first": local_day(view, answer.first_played_at),
        "last": local_day(view, answer.last_played_at),
        "plays_of_it": _history(view, answer.genre),
        "tiles": _tiles(answer),
        "chart": bars_of(view, [(step.start, step.plays) for step in answer.steps], answer.step),
        "artists": ranked_rows(view, "artist", answer.top_artists, answer.by),
        "songs": ranked_rows(view, "track", answer.top_tracks, answer.by),
        "by": answer.by,
        "credits": genre_credits(view),
        "orders": choices(view, "by", ORDERS, answer.by),
    }


def _history(view: View, genre: str) -> str | None:
    if not view.may_ask(HISTORY):
        return None
    period = {name: value for name, value in view.query.items() if name in PERIOD}
    return view.address(f"/{HISTORY}/{view.account.username}", period | {"genre": genre})


def _tiles(answer: Any) -> list[Tile]:
    return [
        Tile(_("Plays"), number(answer.plays)),
        Tile(_("Listening time"), duration(answer.ms_played)),
        Tile(_("Share"), small_share(answer.share), note=_counts_as(answer)),
        Tile(
            _("Songs"),
            number(answer.tracks),
            note=counted(answer.artists, "by %(count)s artist", "by %(count)s artists"),
        ),
    ]


def _counts_as(answer: Any) -> str:
    """Why /top-genres names fewer plays."""
    return counted(
        round(answer.split_plays),
        "counts as %(count)s play, because each is split among the genres of its song",
        "counts as %(count)s plays, because each is split among the genres of its song",
    )


PAGES = (statistics_page("genre", "genre.html", _values),)
