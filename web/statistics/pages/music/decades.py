"""/decades: the decades and years of the music."""

from collections.abc import Sequence
from typing import Any

from web.drawing.bars import Amount, Bars
from web.languages.when import of_decade
from web.languages.writing import counted, duration
from web.pages.languages import _
from web.questions.view import View
from web.statistics.amounts import bars_by, measured
from web.statistics.lines import Line, share, with_bars
from web.statistics.showing import ORDERS, choices, statistics_page
from web.statistics.traits.coverage import known_for, unknown
from web.statistics.traits.subjects import subjects

FEW = 20  # plays; with fewer, the first place means nothing


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "by": answer.by,
        "sentence": _sentence(answer),
        "known": _known(answer),
        "unknown": None if answer.decades else unknown(view, _("No years are known yet."), _how()),
        "lines": with_bars(_line(view, each, answer.by) for each in reversed(answer.decades)),
        "chart": _chart(answer.decades, answer.by),
        "tabs": subjects(view),
        "orders": choices(view, "by", ORDERS, answer.by),
    }


def _how() -> str:
    return _(
        "A song\u2019s year is when its album was first released, according to MusicBrainz or Spotify. Spotify gives "
        "it once the account is connected; Insight looks up the most-played artists at MusicBrainz first."
    )


def _sentence(answer: Any) -> str | None:
    if not answer.decades:
        return None
    plays = sum(each.plays for each in answer.decades)
    if plays < FEW:
        return counted(plays, "%(count)s play with a known year.", "%(count)s plays with a known year.")
    first = max(answer.decades, key=lambda each: each.share)
    words = {"decade": of_decade(first.decade), "share": share(first.share)}
    if answer.by == "time":
        return _("Most from the %(decade)s: %(share)s of listening time.") % words
    return _("Most from the %(decade)s: %(share)s of plays.") % words


def _known(answer: Any) -> str:
    known = known_for(answer.coverage, answer.by)
    if not answer.by_spotify:
        return known
    sentence = _("For %(share)s of that, the year is from Spotify\u2019s album, which may be a later edition.")
    return f"{known} {sentence % {'share': share(answer.by_spotify)}}"


def _line(view: View, each: Any, by: str) -> Line:
    songs = counted(each.tracks, "%(count)s song", "%(count)s songs")
    plays = counted(each.plays, "%(count)s play", "%(count)s plays")
    amount = duration(each.ms_played) if by == "time" else plays
    href = _songs(view, each.decade)
    return Line(of_decade(each.decade), measured(each, by), share(each.share), f"{amount}, {songs}", href)


def _songs(view: View, decade: int) -> str | None:
    """The songs of a decade in the period of this page."""
    if not view.may_ask("top-tracks"):
        return None
    query = {name: value for name, value in view.query_of("top-tracks").items() if name != "limit"}
    return view.address(f"/top-tracks/{view.account.username}", query | {"decade": decade})


def _chart(decades: Sequence[Any], by: str) -> Bars:
    """A chart of all years from the first to the last."""
    amounts = {each.year: measured(each, by) for decade in decades for each in decade.years}
    years = range(min(amounts), max(amounts) + 1) if amounts else range(0)
    return bars_by([Amount(str(year), amounts.get(year, 0), str(year), year % 10 == 0) for year in years], by)


PAGES = (statistics_page("decades", "decades.html", _values),)
