"""/sessions: plays in a row without a long silence between them."""

from typing import Any

from web.languages.writing import counted, decimal, duration, long_date, number, short_day_and_month
from web.pages.languages import _
from web.questions.view import View
from web.statistics.lines import Line, with_bars
from web.statistics.own_time import local_moment
from web.statistics.pages.when import SUBJECTS
from web.statistics.showing import choices, statistics_page, tabs

FEW = 20  # plays; with fewer, the page only mentions their number
GAPS = (10, 20, 30, 60)
MINUTE = 60_000


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "answer": answer,
        "sentence": _sentence(answer),
        "facts": _facts(answer) if answer.total else (),
        "longest": with_bars(_line(view, session) for session in answer.longest),
        "subjects": tabs(view, SUBJECTS),
        "silences": choices(view, "gap", _silences(), answer.gap),
    }


def _silences() -> dict[int, str]:
    """The silences to choose from; the last one is followed by words."""
    names = {gap: duration(gap * MINUTE) for gap in GAPS}
    return names | {60: _("%(minutes)s min of silence") % {"minutes": 60}}


def _sentence(answer: Any) -> str | None:
    """The number of sessions; None if nothing was played."""
    if not answer.total:
        return None
    if answer.plays < FEW:
        plays = counted(answer.plays, "%(count)s play", "%(count)s plays")
        return counted(answer.total, "%(plays)s in %(count)s session.", "%(plays)s in %(count)s sessions.", plays=plays)
    return counted(
        answer.total,
        "%(count)s session; half of them lasted %(length)s or less.",
        "%(count)s sessions; half of them lasted %(length)s or less.",
        length=duration(answer.median.length_ms),
    )


def _facts(answer: Any) -> tuple[tuple[str, str, str], ...]:
    """The tiles: name, value, and note."""
    hour, average = f"{answer.start_hour:02}:00", _("%(amount)s on average")
    sessions = counted(answer.start_hour_sessions, "%(count)s session", "%(count)s sessions")
    length, plays = duration(answer.average.length_ms), decimal(answer.average.plays, 1)
    return (
        (_("Sessions"), number(answer.total), ""),
        (
            _("Typical length"),
            duration(answer.median.length_ms),
            average % {"amount": length},
        ),
        (_("Typical plays"), decimal(answer.median.plays), average % {"amount": plays}),
        (_("Most begin at"), hour, sessions),
    )


def _line(view: View, session: Any) -> Line:
    start, end = (local_moment(view, text) for text in (session.start, session.end))
    note = _("%(start)s to %(end)s, %(plays)s")
    if start.date() != end.date():
        note = _("%(start)s to %(end)s on %(day)s, %(plays)s")
    words = {
        "start": f"{start:%H:%M}",
        "end": f"{end:%H:%M}",
        "day": short_day_and_month(end),
        "plays": counted(session.plays, "%(count)s play", "%(count)s plays"),
    }
    day = session.day
    href = view.address(f"/history/{view.account.username}", {"period": day}) if view.may_ask("history") else None
    return Line(long_date(day), session.length_ms, duration(session.length_ms), note % words, href)


PAGES = (statistics_page("sessions", "sessions.html", _values),)
