"""The parameters of a call to Last.fm's API: in the query, in a form, or in both."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

from web.lastfm.errors import LastFmError, Reason

MOST_FIELDS = 1000  # fifty scrobbles have about ten each
MOST_SCROBBLES = 50  # as at Last.fm
INDEXED = re.compile(r"([A-Za-z]{1,40})\[([0-9]{1,3})\]")
Fields = Mapping[str, str]


def read_fields(body: bytes, request: Request) -> Fields:
    """The fields, whatever the Content-Type: the body can only be a form. Raises LastFmError."""
    try:
        pairs = [
            *parse_qsl(request.url.query, keep_blank_values=True, max_num_fields=MOST_FIELDS),
            *parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"),
        ]
    except ValueError as error:  # UnicodeError is one
        raise LastFmError(Reason.INVALID_PARAMETERS, "This is not a form: send name=value&… in UTF-8.") from error
    return {name: value.replace("\x00", "") for name, value in pairs}


def scrobbles_of(fields: Fields) -> list[Fields]:
    """The fields of each scrobble: `artist[0]` and so on, or `artist` for a single one. Raises LastFmError."""
    numbered: dict[int, dict[str, str]] = {}
    for name, value in fields.items():
        if match := INDEXED.fullmatch(name):
            numbered.setdefault(int(match[2]), {})[match[1]] = value
    if len(numbered) > MOST_SCROBBLES:
        raise LastFmError(Reason.INVALID_PARAMETERS, f"At most {MOST_SCROBBLES} scrobbles at a time.")
    return [numbered[number] for number in sorted(numbered)] or [fields]
