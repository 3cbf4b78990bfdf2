"""A new SECRET_KEY: every stored secret is sealed anew, even after interruptions, and the old key opens nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from db.engine.cipher import Cipher, WrongKey
from db.engine.connection import connected, rows
from db.people.accounts import Grant, connect_account, ensure_accounts
from db.people.key_rotation import Rotation, rotate
from music import Listener
from tests.web import seed

OLD, NEW, OTHER = "o" * 32, "n" * 32, "x" * 32
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
STORED = """
    SELECT access_token FROM account WHERE access_token IS NOT NULL
    UNION ALL SELECT refresh_token FROM account WHERE refresh_token IS NOT NULL
    UNION ALL SELECT client_secret FROM spotify_app WHERE client_secret IS NOT NULL
    UNION ALL SELECT secret FROM webhook
"""


@pytest.fixture(autouse=True)
def stored(database_url: str) -> Iterator[None]:
    """Two connected accounts, one that is not, an app with a secret and one without, and a webhook."""
    old = Cipher(OLD)
    with connected():
        ensure_accounts(["alice", "bob", "carol"], "UTC")
        for name in ("alice", "bob"):
            grant = Grant(old.seal_text(f"access of {name}"), NOW, old.seal_text(f"refresh of {name}"), "")
            connect_account(name, Listener(name, None), grant, NOW)
        seed.insert("spotify_app", client_id="own", client_secret=old.seal_text("hidden"), developer="alice")
        seed.insert(
            "webhook", account_id=1, address="https://a.example", events=["play"], secret=old.seal_text("whsec")
        )
        seed.insert("spotify_app", client_id="public", developer="bob")
        yield


def opened(key: str) -> list[str]:
    cipher = Cipher(key)
    return sorted(cipher.open_text(sealed) for (sealed,) in rows(STORED))


ALL = ["access of alice", "access of bob", "hidden", "refresh of alice", "refresh of bob", "whsec"]


def test_everything_stored_is_sealed_anew_and_opens_with_the_new_key_alone() -> None:
    assert rotate(Cipher(f"{NEW}\n{OLD}")) == Rotation(("alice", "bob", "the app own", "webhook 1"), ())
    assert opened(NEW) == ALL
    with pytest.raises(WrongKey):
        opened(OLD)


def test_a_rotation_goes_on_where_it_was_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    both = Cipher(f"{NEW}\n{OLD}")

    class Killed(Exception):
        pass

    def kill(cipher: Cipher, app_id: int) -> bool:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("db.people.key_rotation._rotate_app", kill)
        with pytest.raises(Killed):
            rotate(both)
    assert opened(f"{NEW}\n{OLD}") == ALL  # nothing is lost in between
    assert rotate(both) == Rotation(("the app own", "webhook 1"), ())
    assert rotate(both) == Rotation((), ())
    assert opened(NEW) == ALL


def test_secrets_that_no_key_opens_are_named_and_left_as_they_are() -> None:
    assert rotate(Cipher(f"{NEW}\n{OTHER}")) == Rotation((), ("alice", "bob", "the app own", "webhook 1"))
    assert opened(OLD) == ALL
