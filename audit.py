"""The audit log: a line of JSON for each change to an account, without secrets.

The logger is `insight.audit`, always at INFO; each program configures where its lines go.
"""

import json
import logging
import re
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Literal

Event = Literal[
    "added", "app-added", "app-assigned", "app-changed", "app-removed", "collecting-paused", "collecting-resumed",
    "connected", "deleted", "disabled", "disconnected", "enabled", "exclusion-added", "exclusion-removed",
    "identity-corrected", "identity-correction-undone", "import-undone", "imported", "invited", "key-rotated",
    "language-changed", "library-hidden", "library-off", "library-on", "library-shown", "link-made", "link-taken-back",
    "name-lookups-off", "name-lookups-on", "playlist-off", "playlist-on", "preferences-changed",
    "recording-choice-undone", "recording-split", "recordings-joined", "renamed", "scan-mode-changed", "signed-in",
    "signed-out", "sql-access-made", "sql-access-revoked", "time-zone-changed", "token-exchanged", "token-made",
    "token-revoked", "visibility-changed", "webhook-deleted", "webhook-made", "webhook-paused", "webhook-resumed",
    "webhook-tested",
]  # fmt: skip
WITHHELD = "(withheld)"
# Our own secrets (db/people/secrets.py), encrypted text and Spotify's tokens; people do not write such long words.
SECRET = re.compile(r"[\w+/=.~-]{40,}")
ADDRESS = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*")

log = logging.getLogger("insight.audit")
log.setLevel(logging.INFO)  # for all other loggers, the programs show only warnings


def note(event: Event, username: str | None, **more: str | int) -> None:
    """Write a line: time (UTC), event, username, and `more`, in which values that look like a secret are withheld.

    `username` is None for events that concern no account, such as those of Spotify apps and keys. Secrets raise no
    error, so that a listener can even use a token's own text as its name.
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
