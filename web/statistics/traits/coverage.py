"""The share of listening for which something is known, and the share that lookups will reach."""

from dataclasses import dataclass
from typing import Any

from db.enrichment.names import looks_up_names
from db.enrichment.progress import AccountProgress, progress_of
from insights.traits.genre_sources import genre_sources
from metadata.services import credit, is_known
from web.languages.writing import counted, listed
from web.pages.languages import _
from web.questions.view import View
from web.statistics.lines import share

ALL_BUT = 0.005  # of plays: an estimate that adds less than that is not worth mentioning


@dataclass(frozen=True, slots=True)
class Unknown:
    """Why a page has nothing to show. `is_silent`: nothing was played at all. `keeps_names`: the reader could allow
    names from exports to be looked up, but has not.
    """

    heading: str
    says: str
    progress: str | None
    is_silent: bool
    keeps_names: bool


def known_for(coverage: float, by: str) -> str:
    """The coverage as a sentence below a heading."""
    if by == "time":
        return _("Known for %(share)s of listening time.") % {"share": share(coverage)}
    return _("Known for %(share)s of plays.") % {"share": share(coverage)}


def genre_credits(view: View) -> str:
    """Credit for the services behind the genres, as their terms require; empty if nothing is known. A query."""
    names = [credit(name) for name in genre_sources(view.account.id) if is_known(name)]
    return _("Genres from %(services)s.") % {"services": listed(names)} if names else ""


def progress_line(view: View) -> str | None:
    """How far lookups are, for readers without restrictions; None if nothing more is expected. A query."""
    if view.parsed.visitor.is_restricted:
        return None
    progress = progress_of(view.account.id)
    return _in_words(progress) if progress and progress.plays else None


def _in_words(progress: AccountProgress) -> str | None:
    known = progress.with_genre / progress.plays
    if progress.expected is None or progress.minutes is None or progress.expected - known < ALL_BUT:
        return None
    words = {"known": share(known), "expected": share(progress.expected)}
    if progress.minutes >= 120:
        return counted(
            round(progress.minutes / 60),
            "%(known)s of all plays have a genre. Lookups need about %(count)s more hour to reach %(expected)s.",
            "%(known)s of all plays have a genre. Lookups need about %(count)s more hours to reach %(expected)s.",
            **words,
        )
    return counted(
        max(1, progress.minutes),
        "%(known)s of all plays have a genre. Lookups need about %(count)s more minute to reach %(expected)s.",
        "%(known)s of all plays have a genre. Lookups need about %(count)s more minutes to reach %(expected)s.",
        **words,
    )


def unknown(view: View, heading: str, says: str) -> Unknown:
    """Why a page with a coverage of 0 is empty: nothing is known, or nothing was played. Up to three queries."""
    return Unknown(heading, says, progress_line(view), _is_silent(view), keeps_names(view))


def keeps_names(view: View) -> bool:
    """Whether the reader is the listener and has not allowed names from exports to be looked up. A query."""
    return view.parsed.visitor.is_owner(view.account) and not looks_up_names(view.account.id)


def _is_silent(view: View) -> bool:
    """Whether nothing was played; False if the reader may not know."""
    answer: Any = view.other("totals", view.query_of("totals"))
    return answer is not None and not answer.totals.plays
