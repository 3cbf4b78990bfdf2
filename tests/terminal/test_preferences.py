"""`preferences` shows and changes how an account's lists are made."""

import pytest

from tests.doors.programs import NO_DORA, run

DEFAULTS = (
    "adventurousness  auto, the listener's own share of new music\n"
    "house            off\n"
    "listenbrainz     none\n"
    "playlist         off\n"
)  # fmt: skip


def ask(database_url: str, *command: str) -> tuple[int, str, str]:
    return run("cli.py", "preferences", *command, env={"DATABASE_URL": database_url, "USERNAMES": "alice"})


def test_preferences_are_shown_changed_and_reset(database_url: str) -> None:
    assert ask(database_url, "alice") == (0, DEFAULTS, "")
    options = ("--adventurousness", "0.4", "--house", "on", "--listenbrainz", "alice lb")
    changed = (
        "adventurousness  0.4\n"
        "house            on\n"
        "listenbrainz     alice lb\n"
        "playlist         off\n"
    )  # fmt: skip
    status, out, err = ask(database_url, "alice", *options)
    assert (status, out) == (0, changed)
    assert err.endswith('"event": "preferences-changed", "username": "alice", "house": "on"}\n')
    assert ask(database_url, "alice", "--house", "on")[:2] == (0, changed)
    assert ask(database_url, "alice") == (0, changed, "")
    back = ("--adventurousness", "auto", "--house", "off", "--listenbrainz", "none")
    assert ask(database_url, "alice", *back)[:2] == (0, DEFAULTS)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("dora",), NO_DORA),
        (("alice", "--adventurousness", "much"), "--adventurousness takes a number from 0 to 1, or auto.\n"),
        (
            ("alice", "--adventurousness", "1.1"),
            "Adventurousness is a number from 0 (what you know) to 1 (what is new).\n",
        ),
        (("alice", "--adventurousness", "nan"),
         "Adventurousness is a number from 0 (what you know) to 1 (what is new).\n"),
        (("alice", "--listenbrainz", ""), "A ListenBrainz user name has 1 to 64 printable characters.\n"),
    ],
)  # fmt: skip
def test_a_refusal_is_one_sentence_and_changes_nothing(
    database_url: str, command: tuple[str, ...], sentence: str
) -> None:
    assert ask(database_url, *command) == (1, "", sentence)
    assert ask(database_url, "alice") == (0, DEFAULTS, "")
