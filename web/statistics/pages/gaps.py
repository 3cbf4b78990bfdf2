"""/gaps: when plays are probably missing, and what covers the rest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from insights.plays.coverage import Coverage
from insights.plays.gaps import assess_gaps
from insights.plays.spans import Span
from web.drawing.timelines import Stretch, Timeline, timeline
from web.languages.writing import counted, number, short_date
from web.pages.languages import N_, _
from web.questions.view import View
from web.statistics.lines import days_between
from web.statistics.own_time import local_moment
from web.statistics.showing import choices, statistics_page, tabs

SUBJECTS = {"gaps": N_("Gaps"), "quality": N_("Checks")}
STATUSES = {"open": N_("missing"), "closed": N_("filled later")}
REASONS = {
    "full_page": N_("More was played than Spotify remembers"),
    "not_collected": N_("Nothing was collected"),
    "paused": N_("Paused by you"),
    "consent_ended": N_("Spotify access had ended"),
    "not_covered": N_("Neither imported nor collected"),
}
CLOSED_BY = {
    "export": N_("an export covers it"),
    "late_plays": N_("plays came late"),
    "quiet": N_("usually a quiet time"),
}


@dataclass(frozen=True, slots=True)
class ShownGap:
    when: str
    reason: str
    plays: str


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    is_open = view.query.get("status", "open") == "open"
    covered = assess_gaps(view.account.id, view.parsed.now).coverage
    return {
        "sentence": _sentence(answer, is_open, bool(_spans(covered))),
        "gaps": [_gap(view, gap) for gap in answer.gaps],
        "total": answer.total,
        "timeline": _timeline(view, covered, answer.gaps if is_open else ()),
        "subjects": subjects(view),
        "imports": imports_address(view),
        "statuses": choices(view, "status", STATUSES, "open" if is_open else "closed"),
    }


def subjects(view: View) -> list[tuple[str, str, bool]]:
    """Pages about an account's data: those of questions, and for its listener their imports."""
    imports = imports_address(view)
    return [*tabs(view, SUBJECTS), *([(_("Imports"), imports, False)] if imports else [])]


def imports_address(view: View) -> str | None:
    """None for everybody but the listener."""
    return view.address("/account/imports") if view.parsed.visitor.is_owner(view.account) else None


def _sentence(answer: Any, is_open: bool, has_plays: bool) -> str:
    if not has_plays:
        return _("Nothing has been recorded yet.")
    if not is_open:
        return _filled(answer.total)
    if answer.total and answer.missing_plays:
        plays = counted(answer.missing_plays, "%(count)s play", "%(count)s plays")
        return counted(
            answer.total,
            "About %(plays)s missing in one gap.",
            "About %(plays)s missing in %(count)s gaps.",
            plays=plays,
        )
    return _unknown(answer.total)


def _filled(gaps: int) -> str:
    return (
        counted(gaps, "%(count)s gap filled later.", "%(count)s gaps filled later.")
        if gaps
        else _("No gap had to be filled.")
    )


def _unknown(gaps: int) -> str:
    if not gaps:
        return _("No gaps found.")
    return counted(
        gaps,
        "%(count)s gap; how many plays are missing is unknown.",
        "%(count)s gaps; how many plays are missing is unknown.",
    )


def _gap(view: View, gap: Any) -> ShownGap:
    start, end = (local_moment(view, text) for text in (gap.start, gap.end))
    reason = _(REASONS[gap.reason])
    if gap.closed_by:
        reason = _("%(reason)s: %(closed)s") % {"reason": reason, "closed": _(CLOSED_BY[gap.closed_by])}
    about = _("about %(number)s") % {"number": number(gap.missing_plays or 0)}
    return ShownGap(_when(start, end), reason, _("not known") if gap.missing_plays is None else about)


def _when(start: datetime, end: datetime) -> str:
    """When a gap was: its hours if it is within one day, or else its days."""
    if start.date() == end.date():
        hours = {"start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}
        return _("%(day)s, %(start)s to %(end)s") % {"day": short_date(start.date()), **hours}
    return days_between(start.date(), end.date())


def _timeline(view: View, covered: Coverage, gaps: Any) -> Timeline | None:
    """The coverage of the period, with the gaps last, so that they are on top; None before the first play."""
    spans = _spans(covered)
    period = view.scope.period
    if not spans:
        return None
    since = max(period.start, min(span.start for _, span in spans))
    until = min(period.end, max(span.end for _, span in spans))
    stretches = [Stretch(kind, span.start, span.end) for kind, span in spans]
    missing = (Stretch("gap", *(datetime.fromisoformat(text) for text in (gap.start, gap.end))) for gap in gaps)
    return timeline([*stretches, *missing], since, until) if since < until else None


def _spans(covered: Coverage) -> list[tuple[str, Span]]:
    """All of the time since the first play, by what covers it."""
    kinds = (("exported", covered.exported), ("collected", covered.collected), ("uncovered", covered.uncovered))
    return [(kind, span) for kind, spans in kinds for span in spans]


PAGES = (statistics_page("gaps", "gaps.html", _values),)
