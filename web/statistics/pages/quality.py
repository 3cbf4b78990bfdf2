"""/quality: whether the stored data is plausible, check by check."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from advice import public_command
from insights.quality_checks import QUERIES
from web.languages.writing import counted
from web.pages.languages import N_, _
from web.questions.view import View
from web.statistics.own_time import local_day
from web.statistics.pages.gaps import subjects
from web.statistics.showing import statistics_page

NAMES = {
    "impossible_times": N_("Impossible times"),
    "longer_than_a_day": N_("Longer than a day"),
    "plays_of_nothing": N_("Plays without a song"),
    "superseded_chains": N_("Replaced plays without a replacement"),
    "import_sums": N_("Rows lost in an import"),
    "overlaps": N_("Overlapping plays"),
    "longer_than_track": N_("Longer than the song"),
    "tracks_without_names": N_("Songs without a name"),
    "tracks_without_uri": N_("Songs without a Spotify link"),
    "unmatched_reports": N_("Plays missing from an export"),
    "rows_set_aside": N_("Rows set aside"),
    "open_gaps": N_("Gaps"),
}

MEANINGS = {query.name: query.meaning for query in QUERIES}


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
    """How many errors and other findings there are, which lists below have; not how many checks found some."""
    errors = sum(check.count for check in checks if check.is_error)
    notices = sum(check.count for check in checks if not check.is_error)
    found = counted(errors, "%(count)s error", "%(count)s errors") if errors else _("No errors")
    if not errors and not notices:
        return _("No problems found.")
    if not notices:
        return f"{found}."
    return _("%(found)s; %(worth)s.") % {"found": found, "worth": _worth(notices)}


def _worth(notices: int) -> str:
    return counted(notices, "%(count)s thing worth a look", "%(count)s things worth a look")


def _check(view: View, check: Any) -> Check:
    examples = [_example(view, example) for example in check.examples]
    return Check(_(NAMES[check.name]), _meaning(check), check.count, check.severity == "error", examples)


def _meaning(check: Any) -> str:
    """The meaning of a check, translated before its command is inserted."""
    return _(MEANINGS.get(check.name, check.meaning)).format(looking=public_command("cli.py", "imports show NUMBER"))


def _example(view: View, example: Any) -> Example:
    track = example.track
    name = (track.name or track.uri or "") if track else ""
    return Example(name, example.odd, local_day(view, example.played_at))


PAGES = (statistics_page("quality", "quality.html", _values),)
