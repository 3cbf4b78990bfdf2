"""/sessions: plays in a row without a long silence between them."""

from typing import Any

from web.pages.templates import counted, duration, long_date, number
from web.questions.view import View
from web.statistics.lines import Line, with_bars
from web.statistics.own_time import local_moment
from web.statistics.pages.when import SUBJECTS
from web.statistics.showing import choices, statistics_page, tabs

FEW = 20  # plays, below which a page says no more than their number
GAPS = {10: "10 min", 20: "20 min", 30: "30 min", 60: "60 min of silence"}


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "answer": answer,
        "sentence": _sentence(answer),
        "facts": _facts(answer) if answer.total else (),
        "longest": with_bars(_line(view, session) for session in answer.longest),
        "subjects": tabs(view, SUBJECTS),
        "silences": choices(view, "gap", GAPS, answer.gap),
    }


def _sentence(answer: Any) -> str | None:
    """None where nothing was played."""
    if not answer.total:
        return None
    if answer.plays < FEW:
        return f"{counted(answer.plays, 'play')} in {counted(answer.total, 'session')}."
    return f"{counted(answer.total, 'session')}; half of them lasted {duration(answer.median.length_ms)} or less."


def _facts(answer: Any) -> tuple[tuple[str, str, str], ...]:
    """Tiles: name, value, and a word about it."""
    hour = f"{answer.start_hour:02}:00"
    return (
        ("Sessions", number(answer.total), ""),
        ("Typical length", duration(answer.median.length_ms), f"{duration(answer.average.length_ms)} on average"),
        ("Typical plays", f"{answer.median.plays:g}", f"{answer.average.plays:.1f} on average"),
        ("Most begin at", hour, counted(answer.start_hour_sessions, "session")),
    )


def _line(view: View, session: Any) -> Line:
    start, end = (local_moment(view, text) for text in (session.start, session.end))
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%H:%M} on {end.day} {end:%b}"
    note = f"{start:%H:%M} to {until}, {counted(session.plays, 'play')}"
    day = session.day
    href = view.address(f"/history/{view.account.username}", {"period": day}) if view.may_ask("history") else None
    return Line(long_date(day), session.length_ms, duration(session.length_ms), note, href)


PAGES = (statistics_page("sessions", "sessions.html", _values),)
