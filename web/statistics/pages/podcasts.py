"""/podcasts: podcasts and audiobooks."""

from collections.abc import Iterable
from typing import Any

from web.pages.templates import counted, duration, short_date
from web.questions.view import View
from web.statistics.lines import Line, with_bars
from web.statistics.own_time import local_moment
from web.statistics.pages.how import SUBJECTS
from web.statistics.showing import ORDERS, choices, statistics_page, tabs
from web.statistics.shown_items import ShownItem

NO_NAME = {"episode": "An episode without a name", "chapter": "A chapter without a name"}
Drawn = list[tuple[Line, str]]


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "sentence": _sentence(answer),
        "podcasts": _shows(answer.podcasts.top, "episodes", answer.by),
        "audiobooks": _shows(answer.audiobooks.top, "chapters", answer.by),
        "latest": [(_episode(view, one), "") for one in getattr(answer, "latest", ())],
        "subjects": tabs(view, SUBJECTS),
        "orders": choices(view, "by", ORDERS, answer.by),
    }


def _sentence(answer: Any) -> str | None:
    """None where neither was heard."""
    podcasts, books = answer.podcasts, answer.audiobooks
    parts = []
    if podcasts.plays:
        parts.append(f"{duration(podcasts.ms_played)} of podcasts, {counted(podcasts.episodes, 'episode')}")
    if books.plays:
        parts.append(f"{duration(books.ms_played)} of audiobooks, {counted(books.chapters, 'chapter')}")
    return "; ".join(parts) + "." if parts else None


def _shows(shows: Iterable[Any], parts: str, by: str) -> Drawn:
    return with_bars(
        Line(
            show.name,
            show.plays if by == "plays" else show.ms_played,
            counted(show.plays, "play") if by == "plays" else duration(show.ms_played),
            _note(show, getattr(show, parts), parts, by),
            item=_item(show.name),
        )
        for show in shows
    )


def _note(show: Any, count: int, parts: str, by: str) -> str:
    other = duration(show.ms_played) if by == "plays" else counted(show.plays, "play")
    return f"{counted(count, parts[:-1])}, {other}"


def _item(name: str, by: tuple[str, ...] = (), url: str | None = None, sleeve_of: str = "") -> ShownItem:
    """A show has no page here; an episode leads to Spotify."""
    return ShownItem("show", name, by, url, url, None, sleeve_of or name)


def _episode(view: View, one: Any) -> Line:
    name, show = one.name or NO_NAME[one.kind], one.show or ""
    last = short_date(local_moment(view, one.last_played_at).date())
    heard = f"{counted(one.plays, 'play')}, last on {last}"
    item = _item(name, url=one.url, sleeve_of=show)
    return Line(name, one.ms_played, duration(one.ms_played), f"{show} · {heard}" if show else heard, item=item)


PAGES = (statistics_page("podcasts", "podcasts.html", _values),)
