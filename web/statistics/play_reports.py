"""What each source reported about a play, as pairs of term and fact, which pages show on demand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from insights.plays.device_groups import device_of
from web.languages.writing import country, duration
from web.pages.languages import _
from web.questions.view import View
from web.statistics.device_names import device_names
from web.statistics.own_time import local_moment
from web.statistics.sources import source_name

SHOWN_BY = ("devices", "countries", "skips", "shuffle")  # the questions that show what reports do


@dataclass(frozen=True, slots=True)
class ShownReport:
    """A source's report; `facts` are terms with what the source says."""

    source: str
    facts: Sequence[tuple[str, str]]

    @property
    def lines(self) -> str:
        """The facts as text, because pages show hundreds of them, and each would need three elements."""
        return "\n".join(f"{term}\t{fact}" for term, fact in self.facts)


def may_see_reports(view: View) -> bool:
    return all(map(view.may_ask, SHOWN_BY))


def shown_reports(view: View, reports: Sequence[Any]) -> list[ShownReport]:
    return [ShownReport(source_name(report.source), list(_facts(view, report))) for report in reports]


def _facts(view: View, report: Any) -> Iterator[tuple[str, str]]:
    """The facts that the source reported."""
    yield _("Ended"), f"{local_moment(view, report.played_at):%H:%M:%S}"
    if report.ms_played is not None:
        yield _("Heard"), duration(report.ms_played)
    device = device_names()[device_of(report.device)] if report.device else None
    details = {_("Device"): device, _("Country"): country(report.country) if report.country else None}
    yield from ((term, text) for term, text in details.items() if text)
    if report.reason_start:
        after = _("the previous song ended")
        yield _("Began"), after if report.reason_start == "trackdone" else _reason(report.reason_start)
    if report.reason_end:
        yield _("Stopped"), _reason(report.reason_end)
    flags = {_("Skipped"): report.skipped, _("Shuffle"): report.shuffle, _("Offline"): report.offline}
    flags[_("Private session")] = report.incognito
    yield from ((term, _("yes") if flag else _("no")) for term, flag in flags.items() if flag is not None)


def _reason(reason: str) -> str:
    """Spotify's most common reasons in words; others as they are."""
    names: Mapping[str, str] = {
        "trackdone": _("the song ended"),
        "fwdbtn": _("next was pressed"),
        "backbtn": _("previous was pressed"),
        "clickrow": _("a song was chosen"),
        "playbtn": _("play was pressed"),
        "endplay": _("something else was played"),
        "logout": _("signed out"),
        "remote": _("from another device"),
        "appload": _("the app started"),
        "unexpected-exit": _("the app ended"),
        "unexpected-exit-while-paused": _("the app ended while paused"),
        "trackerror": _("an error"),
    }
    return names.get(reason, reason)
