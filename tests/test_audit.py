"""The audit log: one line per event, without anything that must not be kept."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from audit import WITHHELD, note
from db.people.secrets import KINDS, new_secret


def test_an_event_is_one_line_of_json(caplog: pytest.LogCaptureFixture) -> None:
    name = "two\nlines, and an ü"
    note("imported", "alice", number=7, rows=1_000_000, name=name)
    (line,) = caplog.messages
    entries = json.loads(line)
    time = datetime.fromisoformat(entries.pop("time"))
    assert abs(datetime.now(UTC) - time) < timedelta(minutes=1)
    assert "\n" not in line
    assert entries == {"event": "imported", "username": "alice", "number": 7, "rows": 1_000_000, "name": name}


@pytest.mark.parametrize(
    "secret",
    [
        *(pytest.param(f"my token is {new_secret(kind, 12).text}", id=kind) for kind in KINDS),
        "BQDbXYZ_abcdefghijklmnopqrstuvwxyz0123456789-abcdef",
        "gAAAAABm1234567890abcdefghijklmnopqrstuvwxyz==",
        "from 203.0.113.9",
        "http://203.0.113.9:8000/",
        "2001:db8::1",
    ],
)
def test_values_like_secrets_and_addresses_are_withheld(secret: str, caplog: pytest.LogCaptureFixture) -> None:
    note("token-made", "alice", name=secret)
    assert [json.loads(line)["name"] for line in caplog.messages] == [WITHHELD]


@pytest.mark.parametrize("name", ["kitchen radio", "v1.2.3", "12:30", "read", "", "a:b"])
def test_ordinary_text_is_kept(name: str, caplog: pytest.LogCaptureFixture) -> None:
    note("token-made", "alice", name=name)
    assert [json.loads(line)["name"] for line in caplog.messages] == [name]
