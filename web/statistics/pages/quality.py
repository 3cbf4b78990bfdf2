"""/quality: whether what is stored can be true, check by check."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from web.pages.templates import counted
from web.questions.view import View
from web.statistics.own_time import local_day
from web.statistics.pages.gaps import subjects
from web.statistics.showing import statistics_page

NAMES = {
    "impossible_times": "Impossible times",
    "longer_than_a_day": "Longer than a day",
    "plays_of_nothing": "Plays of nothing",
    "superseded_chains": "Reports without the better one",
    "import_sums": "Rows that got lost in an import",
    "overlaps": "Overlapping plays",
    "longer_than_track": "Longer than the song",
    "tracks_without_names": "Songs without a name",
    "tracks_without_uri": "Songs without a Spotify address",
    "unmatched_reports": "Plays that an export does not have",
    "rows_set_aside": "Rows set aside",
    "open_gaps": "Gaps",
}


@dataclass(frozen=True, slots=True)
class Example:
    name: str
    odd: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    meaning: str
    count: int
    is_error: bool
    examples: Sequence[Example]


def _values(view: View) -> dict[str, object]:
    shown = [_check(view, check) for check in view.answer().checks]
    return {
        "sentence": _sentence(shown),
        "checks": [check for check in shown if check.count],
        "passed": [check for check in shown if not check.count],
        "subjects": subjects(view),
    }


def _sentence(checks: Sequence[Check]) -> str:
    errors = sum(check.is_error and check.count > 0 for check in checks)
    notices = sum(not check.is_error and check.count > 0 for check in checks)
    worth = f"{counted(notices, 'thing')} worth a look" if notices else "nothing else is odd"
    if errors:
        return f"{counted(errors, 'check')} found what cannot be true; {worth}."
    return f"No errors in what is stored; {worth}."


def _check(view: View, check: Any) -> Check:
    examples = [_example(view, example) for example in check.examples]
    return Check(NAMES[check.name], check.meaning, check.count, check.severity == "error", examples)


def _example(view: View, example: Any) -> Example:
    track = example.track
    name = (track.name or track.uri or "") if track else ""
    return Example(name, example.odd, local_day(view, example.played_at))


PAGES = (statistics_page("quality", "quality.html", _values),)
