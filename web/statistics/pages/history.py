"""/history: all plays, or those that the reader searches for, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import parse_qs, urlsplit

from insights.answers.search_text import folded, words
from insights.plays.counts import plays_of_any_length
from insights.shown.music import TRACK_URI
from web.languages.writing import counted, duration
from web.pages.languages import _
from web.questions.view import View
from web.statistics.item_filters import Chip, nothing_played
from web.statistics.own_time import local_moment
from web.statistics.periods import LEFT_OUT, days_of
from web.statistics.play_filters import search_form
from web.statistics.play_reports import ShownReport, may_see_reports, shown_reports
from web.statistics.showing import statistics_page
from web.statistics.shown_items import ShownItem, shown_track
from web.statistics.sources import played_from, source_name

USUAL_SOURCES = {"extended", "current", "recent"}  # shown only in the details of a play


@dataclass(frozen=True, slots=True)
class ShownPlay:
    """`at` is when it ended, in the listener's own time; `heard` is for how long, None if that is not known.

    `album` is its name if the search found it there. `context` is what it was played from, and its address. `beside` is
    shown next to it in the list; empty if it is the same as for most plays.
    """

    at: datetime
    item: ShownItem
    heard: str | None
    source: str
    beside: str
    context: tuple[str, str | None] | None
    reports: Sequence[ShownReport]
    is_short: bool
    album: str | None


@dataclass(frozen=True, slots=True)
class ShownDay:
    day: date
    plays: Sequence[ShownPlay]


def _values(view: View) -> dict[str, object]:
    form = search_form(view)
    answer = _answer(view, is_filtered=bool(form.chips))
    days = _days(view, answer)
    return {
        "history": days,
        "sentence": _sentence(view, answer, form.chips),
        "search": form,
        "nowhere_else": "period" not in view.query and not {"from", "to"} & view.query.keys(),
        "all_time": view.here(**LEFT_OUT),
        "is_first_page": "cursor" not in view.query,
        "newest": view.here(cursor=None),
        "has_short": any(play.is_short for day in days for play in day.plays),
        "seconds": view.question.min_seconds,
        "older": _older(view, answer.next),
    }


def _answer(view: View, *, is_filtered: bool) -> Any:
    """The answer, with the number of plays found, and with what sources reported if the reader may see that."""
    more = {"count": is_filtered, "reports": may_see_reports(view)}
    return view.other("history", {**view.query, **{name: "true" for name, wanted in more.items() if wanted}})


def _older(view: View, following: str | None) -> str | None:
    """The next page at an address of this page: the answer's own one would also ask for members that pages need."""
    return view.here(cursor=parse_qs(urlsplit(following).query)["cursor"][0]) if following else None


def _days(view: View, answer: Any) -> list[ShownDay]:
    reports = answer.reports or [()] * len(answer.plays)
    shown = [_play(view, play, of_play) for play, of_play in zip(answer.plays, reports, strict=True)]
    return [ShownDay(day, list(of_day)) for day, of_day in groupby(shown, key=lambda play: play.at.date())]


def _play(view: View, play: Any, reports: Sequence[Any]) -> ShownPlay:
    length, context = play.ms_played, played_from(play.context_uri)
    usual = "" if play.source in USUAL_SOURCES else source_name(play.source)
    return ShownPlay(
        local_moment(view, play.played_at),
        shown_track(view, play.track, _spotify_id(play.track.uri)),
        _heard(length, play.track.duration_ms),
        source_name(play.source),
        context[0] if context else usual,
        context,
        shown_reports(view, reports),
        length is not None and length < view.question.min_seconds * 1000,
        _matching_album(view, play.track),
    )


def _matching_album(view: View, track: Any) -> str | None:
    """The album's name if the search found the play by it, as not all words are in the other names of the row."""
    shown = folded(" ".join([track.name or "", *(artist.name for artist in track.artists)]))
    by_album = track.album and not all(word in shown for word in words(view.query.get("q", "")))
    return str(track.album.name) if by_album else None


def _spotify_id(uri: str | None) -> str | None:
    track = TRACK_URI.fullmatch(uri or "")
    return track[1] if track else None


def _heard(length: int | None, full: int | None) -> str | None:
    if length is None:
        return None
    if full and length < full * 3 // 4:
        return _("%(heard)s of %(full)s") % {"heard": duration(length), "full": duration(full)}
    return duration(length)


def _sentence(view: View, answer: Any, chips: Sequence[Chip]) -> str:
    """How many plays there are."""
    days = days_of(view)
    if not answer.plays and "cursor" not in view.query:
        return nothing_played(view, chips)
    amount = _count_in_words(answer.count) if chips else _total(view)
    if amount is None:
        return _("Every play %(when)s.") % {"when": days.when}
    return _("%(plays)s %(when)s.") % {"plays": amount, "when": days.in_total}


def _count_in_words(count: Any) -> str:
    plays = counted(count.plays, "%(count)s play", "%(count)s plays")
    if count.more:
        return _("More than %(plays)s") % {"plays": plays}
    return _("%(plays)s of %(songs)s") % {
        "plays": plays,
        "songs": counted(count.songs, "%(count)s song", "%(count)s songs"),
    }


def _total(view: View) -> str | None:
    """The number of plays in the period, and of short ones that do not count; None if the reader may not ask for it."""
    answer = view.other("totals", view.query_of("totals"))
    if answer is None:
        return None
    plays = counted(answer.totals.plays, "%(count)s play", "%(count)s plays")
    short = plays_of_any_length(view.account.id, view.scope.period) - answer.totals.plays
    if not short:
        return plays
    return counted(
        short,
        "%(plays)s and %(count)s shorter than %(seconds)s seconds",
        "%(plays)s and %(count)s shorter than %(seconds)s seconds",
        plays=plays,
        seconds=view.question.min_seconds,
    )


PAGES = (statistics_page("history", "history.html", _values),)
