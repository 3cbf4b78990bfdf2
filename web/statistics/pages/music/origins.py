"""/origins: the countries of the artists."""

from collections.abc import Sequence
from typing import Any

from web.languages.writing import counted, country, duration
from web.pages.languages import _
from web.questions.view import View
from web.statistics.amounts import measured
from web.statistics.lines import Line, share, small_share, with_bars
from web.statistics.showing import ORDERS, choices, statistics_page
from web.statistics.shown_items import page_of
from web.statistics.traits.coverage import known_for, unknown
from web.statistics.traits.subjects import subjects

FEW = 20  # plays; with fewer, the first place means nothing


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "by": answer.by,
        "sentence": _sentence(answer.countries, answer.by),
        "known": known_for(answer.coverage, answer.by),
        "unknown": None if answer.countries else unknown(view, _("No countries are known yet."), _how()),
        "countries": [(line, width, _artists(view, each)) for each, (line, width) in _lines(answer)],
        "total": answer.total,
        "tabs": subjects(view),
        "orders": choices(view, "by", ORDERS, answer.by),
    }


def _how() -> str:
    return _(
        "An artist\u2019s country is the one with which MusicBrainz mainly associates them. Insight looks up the "
        "most-played artists first."
    )


def _sentence(countries: Sequence[Any], by: str) -> str | None:
    if not countries:
        return None
    plays = sum(each.plays for each in countries)
    if plays < FEW:
        return counted(len(countries), "Artists from %(count)s country.", "Artists from %(count)s countries.")
    words = {"country": country(countries[0].country), "share": share(countries[0].share)}
    if by == "time":
        return _("%(country)s comes first: its artists have %(share)s of listening time.") % words
    return _("%(country)s comes first: its artists have %(share)s of plays.") % words


def _lines(answer: Any) -> list[tuple[Any, tuple[Line, str]]]:
    lines = with_bars(_line(each, answer.by) for each in answer.countries)
    return list(zip(answer.countries, lines, strict=True))


def _line(each: Any, by: str) -> Line:
    plays = counted(each.plays, "%(count)s play", "%(count)s plays")
    amount = duration(each.ms_played) if by == "time" else plays
    artists = counted(each.artists, "%(count)s artist", "%(count)s artists")
    return Line(country(each.country), measured(each, by), small_share(each.share), f"{artists}, {amount}")


def _artists(view: View, each: Any) -> list[tuple[str, str | None]]:
    """The most played artists, with their pages; a link with totals only gets no ids, so no pages."""
    return [(one.artist.name, page_of(view, "artist", getattr(one, "id", None))) for one in each.top_artists]


PAGES = (statistics_page("origins", "origins.html", _values),)
