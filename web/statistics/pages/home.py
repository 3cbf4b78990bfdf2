"""/totals: the home of an account, which sums up a period: this week, unless the reader chooses another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from db.people.scan_modes import scanning_of
from insights.answers.periods import ALL, named_period
from insights.findings.choosing import Answers, finding
from insights.findings.kinds import Count
from insights.plays.counts import has_plays
from insights.questions.recap_music import top_music
from insights.recommendations import NoRun, recommendations
from people.consent import consent_of
from people.days import local_date
from recommend.nightly import listening_day
from web.accounts.now_playing import now_playing
from web.drawing.bars import Bars
from web.handlers.other_accounts import other_accounts
from web.http.services import services, spotify_data_deleted_at
from web.languages.writing import number
from web.pages.frame import HOME_PERIOD
from web.pages.languages import _
from web.questions.view import View
from web.statistics.amounts import bars_of
from web.statistics.days import Days
from web.statistics.headlines import Headline, headline
from web.statistics.item_filters import item_chips, nothing_played
from web.statistics.own_time import local_moment
from web.statistics.pages.podcasts import spoken
from web.statistics.periods import days_of
from web.statistics.rankings import ranked_rows
from web.statistics.showing import statistics_page
from web.statistics.shown_items import ShownItem, page_of, shown_track
from web.statistics.totals import Tile, tiles_of
from web.statistics.traits.coverage import known_for
from web.statistics.traits.shown_genres import genre_rows
from web.today.shown import Section, Shown, sections

TODAY = "user-recommendations"
WALL, LISTED, HEARD = 8, 5, 6
OTHER_YEARS = 3
REVEALED_BY_FINDINGS = ("top-artists", "calendar", "streaks")


@dataclass(frozen=True, slots=True)
class Heard:
    """A play; `at` is when it ended, in the listener's own time."""

    item: ShownItem
    at: datetime
    is_today: bool


@dataclass(frozen=True, slots=True)
class OtherYear:
    year: int
    item: ShownItem
    plays: int
    plays_of_item: int


def _values(view: View) -> dict[str, object]:
    query = view.query_of("top-artists")
    answer, artists, songs = _music(view, query)
    is_new = not answer.totals.plays and _is_new(view)
    genres = view.other("top-genres", query | {"limit": str(LISTED)})
    streaks = view.other("streaks", period=ALL) if _is_now(view) else None
    rows = ranked_rows(view, "artist", artists.artists) if artists else []
    return {
        "accounts": _accounts(view),
        "totals": answer.totals,
        "is_new": is_new,
        "spoken": None if answer.totals.plays else _spoken(view),
        "is_own": view.parsed.visitor.is_owner(view.account),
        "headline": _headline(view, answer.totals.plays, artists, streaks),
        "tiles": [*tiles_of(view, answer), *_streak(streaks)],
        "wall": rows,
        "artists": rows[:LISTED],
        "artist_count": artists.total if artists else 0,
        "songs": ranked_rows(view, "track", songs.tracks[:LISTED]) if songs else [],
        "song_count": songs.total if songs else 0,
        "genres": genre_rows(view, genres.genres) if genres else [],
        "genre_count": genres.total if genres else 0,
        "genres_known": known_for(genres.coverage, "plays") if genres else "",
        "is_compared": view.scope.before is not None,
        "chart": _chart(view),
        "artist_page": partial(page_of, view, "artist"),
        "page_of": lambda name: view.address(f"/{name}/{view.account.username}", view.query_of(name)),
        **(_now(view) if _is_now(view) else NOT_NOW),
        **_consent(view),
        **(NOTHING_TO_CHOOSE if is_new else {}),
    }


def _music(view: View, query: Mapping[str, str]) -> tuple[Any, Any, Any]:
    """The totals, and what was played most, which the reader may not be allowed to ask: all at once if they may."""
    if view.may_ask("top-artists") and view.may_ask("top-tracks"):
        totals, artists, songs = map(view.shown, top_music(view.scope, WALL))
        return totals, artists, songs
    limited = dict(query) | {"limit": str(WALL)}
    return view.answer(), view.other("top-artists", limited), view.other("top-tracks", limited)


def _consent(view: View) -> dict[str, object]:
    """The state of the consent, for its listener only, who learns from this page that it has to be renewed."""
    now = view.parsed.now
    return {
        "consent": consent_of(view.account, now) if view.parsed.visitor.is_owner(view.account) else None,
        "goes_at": spotify_data_deleted_at(view.request, view.account),
        "zone": view.account.zones.at(now),
        "can_connect": services(view.request).consent is not None,
    }


def _spoken(view: View) -> str | None:
    """What was heard besides music, for periods without music; a query."""
    answer = view.other("podcasts")
    return spoken(answer) if answer else None


def _accounts(view: View) -> list[list[tuple[str, str, bool]]]:
    """The homes of all accounts that the reader may see, and a comparison; empty if there is one only."""
    others = other_accounts(view.request, view.account, view.question.name)
    if not others:
        return []
    accounts = sorted([view.account, *others], key=lambda account: account.username)
    homes = [
        (each.display_name or each.username, view.address(f"/totals/{each.username}", view.query), each == view.account)
        for each in accounts
    ]
    comparison = [(_("Compare"), view.address(f"/compare/{view.account.username}"), False)]
    return [homes, comparison] if other_accounts(view.request, view.account, "compare") else [homes]


# The page of an empty account offers to connect and to import, and nothing else.
NOTHING_TO_CHOOSE: dict[str, object] = {"picker": None, "formats": []}
NOT_NOW: dict[str, object] = {"playing": None, "now_address": None, "heard": [], "pick": None, "other_years": []}


def _is_new(view: View) -> bool:
    """Whether nothing was ever recorded, which a restricted link does not tell."""
    return not view.parsed.visitor.is_restricted and not has_plays(view.account.id)


def _is_now(view: View) -> bool:
    """Whether the period is not over, and the reader may see single plays."""
    return view.scope.period.end > view.parsed.now and not view.parsed.visitor.is_restricted


def _now(view: View) -> dict[str, object]:
    return {
        **_playing(view),
        "heard": _heard(view),
        "pick": _pick(view),
        "other_years": _other_years(view),
    }


def _playing(view: View) -> dict[str, object]:
    """What plays now, and the address for asking again: None if nobody watches, or if the reader may not ask."""
    who, account, now = view.parsed.visitor, view.account, view.parsed.now
    playing = now_playing(who, account, now) if who.may_read(account, "now") else None
    is_watched = playing is not None or (who.may_read(account, "now") and scanning_of(account.id).mode != "recent")
    address = f"{services(view.request).base_path}/now/{account.username}"
    return {"playing": playing, "now_address": address if is_watched else None}


def _headline(view: View, plays: int, artists: Any, streaks: Any) -> Headline:
    """The headline; just the number of plays for readers who may not see what findings reveal (artists, days)."""
    days = days_of(view)
    when = _when(view, days, plays)
    if not plays and (chips := list(item_chips(view))):
        return Headline(nothing_played(view, chips))
    may_know = not view.parsed.visitor.is_restricted and all(map(view.may_ask, REVEALED_BY_FINDINGS))
    if not may_know or view.scope.track_ids is not None:
        return headline(Count(plays), when)
    step = None if days.unit == "all" else days.unit
    answers = Answers(artists.artists, streaks)
    return headline(finding(view.scope, plays, view.parsed.now, step, answers), when)


def _when(view: View, days: Days, plays: int) -> str:
    """The period within a sentence; the current week without its dates, which are above it already."""
    if view.query.get("period") == HOME_PERIOD:
        return _("this week")
    return days.in_total if plays else days.when


def _streak(streaks: Any) -> list[Tile]:
    """The tile of the current streak, if there is one and the reader may see it."""
    if streaks is None or streaks.current is None:
        return []
    note = _("your longest: %(days)s") % {"days": number(streaks.longest.days)}
    return [Tile(_("Days in a row"), number(streaks.current.days), note=note)]


def _chart(view: View) -> Bars | None:
    answer = view.other("activity", view.query_of("activity"))
    if answer is None or len(answer.steps) < 2:
        return None
    return bars_of(view, [(step.start, step.plays) for step in answer.steps], answer.step)


def _heard(view: View) -> list[Heard]:
    """The latest plays, whatever the period."""
    answer = view.other("history", {"limit": str(HEARD)}, ALL)
    today = local_date(view.scope.zones, view.parsed.now)
    return [_one_heard(view, play, today) for play in (answer.plays if answer else ())]


def _one_heard(view: View, play: Any, today: date) -> Heard:
    at = local_moment(view, play.played_at)
    return Heard(shown_track(view, play.track), at, at.date() == today)


def _pick(view: View) -> Shown | None:
    """The first song of today's list."""
    if not view.may_ask(TODAY):
        return None
    day = listening_day(view.parsed.now, view.account.zones.at(view.parsed.now))
    run = recommendations(view.account.id, day, 1)
    by_kind: Sequence[Section] = () if isinstance(run, NoRun) else sections(run, None)
    return by_kind[0].items[0] if by_kind else None


def _other_years(view: View) -> list[OtherYear]:
    """The most played song of this day in each of the other years."""
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
