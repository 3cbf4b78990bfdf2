"""Where was listened: the countries that Spotify saw the connections come from."""

import re

from insights.grouped import UNKNOWN, Group, grouped
from insights.parameters import By
from insights.scope import Scope

CODE = re.compile(r"[A-Z]{2}")
NOWHERE = "ZZ"  # what Spotify says when it does not know


def country_of(code: str | None) -> str:
    """The ISO code in capitals, "unknown" for what is none."""
    found = (code or NOWHERE).upper()
    return found if CODE.fullmatch(found) and found != NOWHERE else UNKNOWN


def countries(scope: Scope, by: By) -> list[Group]:
    """The countries with plays, the largest by "plays" or by "time" first; one query."""
    return grouped(scope, "country", country_of, by)
