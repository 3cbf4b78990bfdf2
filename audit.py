"""Who did what to which account: a line of JSON in the log for whoever runs this, and never a secret in it.

The logger is `insight.audit`, always at INFO; where its lines go is for the logging of each program to say.
"""

import json
import logging
import re
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Literal

Event = Literal[
    "added", "app-added", "app-assigned", "app-changed", "app-removed", "connected", "deleted", "disabled",
    "disconnected", "enabled", "exclusion-added", "exclusion-removed", "import-undone", "imported", "invited",
    "key-rotated", "link-made", "link-taken-back", "playlist-off", "playlist-on", "preferences-changed",
    "recording-choice-undone", "recording-split", "recordings-joined", "renamed", "signed-in", "signed-out",
    "time-zone-changed", "token-exchanged", "token-made", "token-revoked", "visibility-changed",
]  # fmt: skip
WITHHELD = "(withheld)"
# Our own secrets (db/people/secrets.py), sealed text and Spotify's tokens: nothing people write is so long a word.
SECRET = re.compile(r"[\w+/=.~-]{40,}")
ADDRESS = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*")

log = logging.getLogger("insight.audit")
log.setLevel(logging.INFO)  # the programs show warnings only of everything else


def note(event: Event, username: str | None, **more: str | int) -> None:
    """Write a line: time (UTC), event, username, and `more`, of which whatever looks like a secret is withheld.

    `username` is None for what concerns no account: Spotify apps and keys.

    Withheld and not refused: a listener who names a token after its own text is to get an answer all the same.
    """
    time = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    harmless = {name: _harmless(value) for name, value in more.items()}
    line = {"time": time, "event": event, "username": username, **harmless}
    log.info("%s", json.dumps(line, ensure_ascii=False), extra={"audit": line})


def _harmless(value: str | int) -> str | int:
    if isinstance(value, str) and (SECRET.search(value) or any(map(_is_address, ADDRESS.findall(value)))):
        return WITHHELD
    return value


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
