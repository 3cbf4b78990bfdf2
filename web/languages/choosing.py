"""Which language a browser gets: the one chosen here, or else the first of those it asks for that we have."""

from collections.abc import Iterator
from functools import lru_cache

from starlette.requests import Request

from web.languages.catalogues import ENGLISH, LANGUAGES

COOKIE = "language"
IN_COOKIES = COOKIE.encode()


def language_of(request: Request) -> str:
    """The browser's language. A listener who is signed in may have chosen another for the account (visitor.py)."""
    accepted = b""
    for name, value in request.scope["headers"]:  # Starlette's Headers would take longer than the rest of this
        if name == b"cookie" and IN_COOKIES in value and (chosen := request.cookies.get(COOKIE)) in LANGUAGES:
            return str(chosen)
        if name == b"accept-language" and not accepted:
            accepted = value
    return preferred(str(accepted, "latin-1"))


@lru_cache(maxsize=256)
def preferred(accepted: str) -> str:
    """The best language for a value of Accept-Language; `de` serves `de-AT`, too."""
    ranked = sorted(_ranges(accepted[:200]), key=lambda weighed: -weighed[1])  # stable: the first of equals
    for name, weight in ranked:
        language = ENGLISH if name == "*" else name.partition("-")[0]
        if weight > 0 and language in LANGUAGES:
            return language
    return ENGLISH


def _ranges(accepted: str) -> Iterator[tuple[str, float]]:
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        yield name.strip(), _weight(parameter.replace(" ", ""))


def _weight(parameter: str) -> float:
    """The weight; 0 for anything else."""
    try:
        return float(parameter.removeprefix("q=")) if parameter else 1.0
    except ValueError:
        return 0.0
