"""What a refusal of Spotify's says: its words are no contract, and its body may be text, or nothing at all."""

import json
from typing import Any

LONGEST = 200  # characters of Spotify's own words in a sentence of ours


def parsed(body: bytes) -> Any:
    """The body as JSON, None where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def message(body: Any) -> str:
    """`error.message` of a refusal's JSON, empty where there is none."""
    return plain(_error(body).get("message"))


def reason(body: Any) -> str:
    """`error.reason` of a refusal's JSON, empty where there is none (Spotify: changes/july-2026)."""
    return plain(_error(body).get("reason"))


def text(body: bytes) -> str:
    """The words of a body that is no JSON, empty for a page of HTML: that is a proxy's."""
    words = body.decode("utf-8", "replace")
    return "" if words.lstrip().startswith("<") else words


def plain(words: Any) -> str:
    """Text of others, fit to stand in a sentence that is stored and shown: printable, not endless."""
    return "".join(filter(str.isprintable, words))[:LONGEST] if isinstance(words, str) else ""


def _error(body: Any) -> dict[str, Any]:
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}
