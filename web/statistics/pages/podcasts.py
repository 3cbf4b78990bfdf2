"""/podcasts: podcasts and audiobooks."""

from collections.abc import Iterable
from typing import Any

from web.languages.writing import counted, duration, short_date
from web.pages.languages import N_, _
from web.questions.view import View
from web.statistics.lines import Line, with_bars
from web.statistics.own_time import local_moment
from web.statistics.pages.how import SUBJECTS
from web.statistics.showing import ORDERS, choices, statistics_page, tabs
from web.statistics.shown_items import ShownItem

NO_NAME = {"episode": N_("An episode without a name"), "chapter": N_("A chapter without a name")}
Drawn = list[tuple[Line, str]]


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "sentence": spoken(answer),
        "podcasts": _shows(answer.podcasts.top, "episodes", answer.by),
        "audiobooks": _shows(answer.audiobooks.top, "chapters", answer.by),
        "latest": [(_episode(view, one), "") for one in getattr(answer, "latest", ())],
        "subjects": tabs(view, SUBJECTS),
        "orders": choices(view, "by", ORDERS, answer.by),
    }


def spoken(answer: Any) -> str | None:
    """How much of podcasts and audiobooks was heard; None if nothing was."""
    podcasts, books = answer.podcasts, answer.audiobooks
    words = {
        "podcasts": duration(podcasts.ms_played),
        "episodes": _parts(podcasts.episodes, "episodes"),
        "books": duration(books.ms_played),
        "chapters": _parts(books.chapters, "chapters"),
    }
    if podcasts.plays and books.plays:
        return _("%(podcasts)s of podcasts, %(episodes)s; %(books)s of audiobooks, %(chapters)s.") % words
    if books.plays:
        return _("%(books)s of audiobooks, %(chapters)s.") % words
    return _("%(podcasts)s of podcasts, %(episodes)s.") % words if podcasts.plays else None


def _parts(count: int, kind: str) -> str:
    if kind == "episodes":
        return counted(count, "%(count)s episode", "%(count)s episodes")
    return counted(count, "%(count)s chapter", "%(count)s chapters")


def _plays(plays: int) -> str:
    return counted(plays, "%(count)s play", "%(count)s plays")


def _shows(shows: Iterable[Any], parts: str, by: str) -> Drawn:
    return with_bars(
        Line(
            show.name,
            show.plays if by == "plays" else show.ms_played,
            _plays(show.plays) if by == "plays" else duration(show.ms_played),
            _note(show, getattr(show, parts), parts, by),
            item=_item(show.name),
        )
        for show in shows
    )


def _note(show: Any, count: int, parts: str, by: str) -> str:
    other = duration(show.ms_played) if by == "plays" else _plays(show.plays)
    return f"{_parts(count, parts)}, {other}"


def _item(name: str, by: tuple[str, ...] = (), url: str | None = None, sleeve_of: str = "") -> ShownItem:
    """A show or an episode. Shows have no page here; episodes lead to Spotify."""
    return ShownItem("show", name, by, url, url, None, sleeve_of or name)


def _episode(view: View, one: Any) -> Line:
    name, show = one.name or _(NO_NAME[one.kind]), one.show or ""
    last = short_date(local_moment(view, one.last_played_at).date())
    heard = _("%(plays)s, last on %(day)s") % {"plays": _plays(one.plays), "day": last}
    item = _item(name, url=one.url, sleeve_of=show)
    return Line(name, one.ms_played, duration(one.ms_played), f"{show} · {heard}" if show else heard, item=item)


PAGES = (statistics_page("podcasts", "podcasts.html", _values),)
