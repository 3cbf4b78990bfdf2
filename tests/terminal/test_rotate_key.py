"""`rotate-key` encrypts stored secrets with a new key."""

import pytest

from db.engine.cipher import Cipher
from db.engine.connection import connected, rows
from tests.doors.programs import SECRET_KEY, run
from tests.terminal.unaudited import without_audit
from tests.web import seed

NEW = "n" * 32


@pytest.fixture
def env(database_url: str) -> dict[str, str]:
    seed.account("alice", refresh_token=Cipher(SECRET_KEY).seal_text("refresh"))
    return {"DATABASE_URL": database_url}


def test_a_new_key_replaces_the_old_one(env: dict[str, str]) -> None:
    env |= {"SECRET_KEY": NEW}
    assert without_audit(run("cli.py", "rotate-key", env=env)) == (
        1,
        "Re-encrypted: 0. Everything else had the current key already.\n",
        "No current key can decrypt these (alice): put the right key into SECRET_KEY_OLD and run this again, or "
        "connect those accounts and add those apps again.\n",
    )
    assert without_audit(run("cli.py", "rotate-key", env=env | {"SECRET_KEY_OLD": SECRET_KEY})) == (
        0,
        "Re-encrypted: 1 (alice). Everything else had the current key already.\nYou can empty SECRET_KEY_OLD now.\n",
        "",
    )
    with connected():
        ((sealed,),) = rows("SELECT refresh_token FROM account")
    assert Cipher(NEW).open_text(sealed) == "refresh"
