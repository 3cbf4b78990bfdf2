"""/totals: the home of an account, which shows what a period was: this week, unless the reader chooses another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from insights.answers.periods import ALL, named_period
from insights.findings.choosing import finding
from insights.findings.kinds import Count
from insights.recommendations import NoRun, recommendations
from people.days import local_date
from recommend.nightly import listening_day
from web.drawing.bars import Bars
from web.pages.templates import number
from web.pages.today_shown import Shown, sections
from web.questions.view import View
from web.statistics.amounts import bars_of
from web.statistics.headlines import Headline, headline
from web.statistics.periods import days_of
from web.statistics.rankings import ranked_rows
from web.statistics.showing import statistics_page
from web.statistics.shown_items import ShownItem, page_of, shown_track
from web.statistics.totals import Tile, tiles_of

TODAY = "user-recommendations"
WALL, LISTED, HEARD = 7, 5, 6
OTHER_YEARS = 3
TOLD_BY_FINDINGS = ("top-artists", "calendar", "streaks")


@dataclass(frozen=True, slots=True)
class Heard:
    """`at` is the listener's own time at which it ended."""

    item: ShownItem
    at: datetime


@dataclass(frozen=True, slots=True)
class OtherYear:
    year: int
    item: ShownItem
    plays: int
    plays_of_item: int


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    query = view.query_of("top-artists")
    artists = view.other("top-artists", query | {"limit": str(WALL + 1)})
    songs = view.other("top-tracks", query | {"limit": str(LISTED)})
    rows = ranked_rows(view, "top-artists", artists) if artists else []
    return {
        "totals": answer.totals,
        "headline": _headline(view, answer.totals.plays),
        "tiles": [*tiles_of(answer), *_streak(view)],
        "wall": rows[: WALL + 1],
        "artists": rows[:LISTED],
        "artist_count": artists.total if artists else 0,
        "songs": ranked_rows(view, "top-tracks", songs) if songs else [],
        "song_count": songs.total if songs else 0,
        "is_compared": view.scope.before is not None,
        "chart": _chart(view),
        "artist_page": partial(page_of, view, "artist"),
        "page_of": lambda name: view.address(f"/{name}/{view.account.username}", view.query_of(name)),
        **(_now(view) if _is_now(view) else NOT_NOW),
    }


NOT_NOW: dict[str, object] = {"heard": [], "pick": None, "other_years": []}


def _is_now(view: View) -> bool:
    """Whether the period goes on, and the reader may see single plays."""
    return view.scope.period.end > view.parsed.now and not view.parsed.visitor.is_restricted


def _now(view: View) -> dict[str, object]:
    return {"heard": _heard(view), "pick": _pick(view), "other_years": _other_years(view)}


def _headline(view: View, plays: int) -> Headline:
    """A reader who may not ask what findings tell of (artists, days) is told how much there was."""
    days = days_of(view)
    may_know = not view.parsed.visitor.is_restricted and all(map(view.may_ask, TOLD_BY_FINDINGS))
    if not may_know or view.scope.track_ids is not None:
        return headline(Count(plays), days.title)
    step = None if days.unit == "all" else days.unit
    return headline(finding(view.parsed.with_sums().scope, plays, view.parsed.now, step), days.title)


def _streak(view: View) -> list[Tile]:
    answer = view.other("streaks", period=ALL) if _is_now(view) else None
    if answer is None or answer.current is None:
        return []
    return [Tile("Days in a row", number(answer.current.days), note=f"your longest: {number(answer.longest.days)}")]


def _chart(view: View) -> Bars | None:
    answer = view.other("activity", view.query_of("activity"))
    return bars_of(answer) if answer and len(answer.steps) > 1 else None


def _heard(view: View) -> list[Heard]:
    """What was played last, whatever the period."""
    answer = view.other("history", {"limit": str(HEARD)}, ALL)
    return [_heard_then(view, play) for play in answer.plays] if answer else []


def _heard_then(view: View, play: Any) -> Heard:
    ended = datetime.fromisoformat(play.played_at)
    return Heard(shown_track(view, play.track), ended.astimezone(ZoneInfo(view.scope.zones.at(ended))))


def _pick(view: View) -> Shown | None:
    """The first song of today's list."""
    if not view.may_ask(TODAY):
        return None
    day = listening_day(view.parsed.now, view.account.zones.at(view.parsed.now))
    run = recommendations(view.account.id, day, 1)
    shown: Sequence[Any] = () if isinstance(run, NoRun) else sections(run, None)
    return shown[0].items[0] if shown else None


def _other_years(view: View) -> list[OtherYear]:
    """The song played most on this day in other years."""
    zones, now = view.scope.zones, view.parsed.now
    answer = view.other("on-this-day", period=named_period("today", zones, local_date(zones, now)))
    if answer is None:
        return []
    return [
        OtherYear(day.year, shown_track(view, first.track, first.id), day.plays, first.plays)
        for day in answer.years[:OTHER_YEARS]
        if (first := next(iter(day.tracks), None))
    ]


PAGES = (statistics_page("totals", "home.html", _values),)
