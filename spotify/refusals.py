"""Read Spotify's refusals: their wording may change, and the body may be text or empty."""

import json
from typing import Any

LONGEST = 200  # characters of Spotify's own words in our messages


def parsed(body: bytes) -> Any:
    """The body as JSON, or None."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def message(body: Any) -> str:
    """`error.message` of a refusal's JSON, empty if there is none."""
    return plain(_error(body).get("message"))


def reason(body: Any) -> str:
    """`error.reason` of a refusal's JSON, empty if there is none (Spotify: changes/july-2026)."""
    return plain(_error(body).get("reason"))


def text(body: bytes) -> str:
    """A body that is not JSON, as text; empty for an HTML page, which comes from a proxy."""
    words = body.decode("utf-8", "replace")
    return "" if words.lstrip().startswith("<") else words


def plain(words: Any) -> str:
    """Somebody else's text, made safe to store and show in a message: printable and not too long."""
    return "".join(filter(str.isprintable, words))[:LONGEST] if isinstance(words, str) else ""


def _error(body: Any) -> dict[str, Any]:
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}
