"""/countries/<username>: where plays happened, by the country that Spotify saw each connection come from."""

import re
from typing import Annotated

from msgspec import Meta

from insights.answers.parameters import By
from insights.answers.values import Count, Milliseconds, Moment, Part, Private, says
from insights.plays.play_groups import UNKNOWN, ShareOfPeriod, SourceText, grouped
from insights.plays.scope import Scope
from insights.question import COMPLETENESS, COUNTING, OF, PERIOD, Question

CODE = re.compile(r"[A-Z]{2}")
NOWHERE = "ZZ"  # what Spotify says when it does not know


class CountryGroup(Part, frozen=True):
    country: Annotated[str, Meta(pattern=f"^({CODE.pattern}|{UNKNOWN})$")]
    plays: Private[Count]
    ms_played: Private[Milliseconds]
    share: ShareOfPeriod
    first_played_at: Moment
    last_played_at: Moment
    raw: Annotated[tuple[SourceText, ...], says("The 10 most frequent texts of this group.")]
    raw_total: Annotated[Private[Count], says("How many different texts there are, including those beyond the 10.")]


class Countries(Part, frozen=True):
    by: By
    countries: Annotated[tuple[CountryGroup, ...], says("The largest first, then by name.")]


def country_of(text: str | None) -> str:
    """The ISO code in capitals; "unknown" for anything else."""
    code = (text or NOWHERE).upper()
    return code if CODE.fullmatch(code) and code != NOWHERE else UNKNOWN


def countries(scope: Scope, by: By = "plays") -> Countries:
    """Where you listened.

    The country from which Spotify saw the connection, as a code of two letters (ISO 3166-1). `unknown` are plays
    whose source names no country, those with Spotify's own ZZ for an unknown country, and those whose text is no such
    code.
    """
    return Countries(by, tuple(CountryGroup(*group) for group in grouped(scope, "country", country_of, by)))


QUESTION = Question(
    "countries", countries, takes=PERIOD + COUNTING + OF + COMPLETENESS, lists="countries", page="Countries"
)
