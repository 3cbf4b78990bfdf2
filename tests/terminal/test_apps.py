"""`apps` adds, lists, assigns and removes listeners' own Spotify apps."""

from functools import partial
from pathlib import Path

import pytest

from advice import command
from db.engine.cipher import Cipher
from db.engine.connection import connected, rows
from tests.doors.programs import SECRET_KEY, run
from tests.terminal.unaudited import without_audit

pytestmark = pytest.mark.programs

typed = partial(command, "cli.py")
USING = f"`{typed('apps use own-app USERNAME')}` lets an account use it.\n"
NOBODY = "settings-app, the app of the settings: nobody\n"


def ask(database_url: str, *command: str, text: str = "", **env: str) -> tuple[int, str, str]:
    environment = {
        "DATABASE_URL": database_url, "USERNAMES": "alice,bob", "SECRET_KEY": SECRET_KEY, "CLIENT_ID": "settings-app",
    }  # fmt: skip
    return without_audit(run("cli.py", "apps", *command, text=text, env=environment | env))


def connect_all(count: int) -> None:
    with connected():
        rows("INSERT INTO account (username) SELECT 'user' || n FROM generate_series(1, %s) n RETURNING 1", count)
        rows("INSERT INTO account_time_zone (account_id, time_zone) SELECT id, 'UTC' FROM account "
             "ON CONFLICT DO NOTHING RETURNING 1")  # fmt: skip
        rows("UPDATE account SET refresh_token = 'sealed' WHERE username LIKE 'user%%' RETURNING 1")


def test_an_app_is_added_used_and_removed(database_url: str, tmp_path: Path) -> None:
    added = f"Added: own-app, of developer bob, with a secret. {USING}"
    command = ("add", "own-app", "--secret-stdin", "--developer", "bob")
    assert ask(database_url, *command, text="hidden-secret\n") == (0, added, "")
    used = "own-app, of developer bob, with a secret: bob (not connected)\n"
    assert ask(database_url, "use", "own-app", "bob") == (0, used, "")
    listed = "settings-app, the app of the settings: alice (not connected)\n" + used
    assert ask(database_url, "list") == (0, listed, "")
    refusal = f"bob would be without an app: give them another first, with `{typed('apps use APP USERNAME')}`.\n"
    assert ask(database_url, "remove", "own-app") == (1, "", refusal)
    with connected():
        ((sealed,),) = rows("SELECT client_secret FROM spotify_app")
    assert Cipher(SECRET_KEY).open_text(sealed) == "hidden-secret"
    (tmp_path / "secret").write_text("another\n")
    changed = f"Changed: own-app, of developer own-app, with a secret. {USING}"
    assert ask(database_url, "add", "own-app", "--secret-file", str(tmp_path / "secret")) == (0, changed, "")
    back = "settings-app, the app of the settings: alice (not connected), bob (not connected)\n"
    assert ask(database_url, "use", "settings", "bob") == (0, back, "")
    assert ask(database_url, "remove", "own-app") == (0, "Removed app own-app.\n", "")
    assert ask(database_url, "list") == (0, back, "")


def test_a_connected_listener_has_to_consent_again_for_another_app(database_url: str) -> None:
    connect_all(1)
    ask(database_url, "add", "own-app")
    assert ask(database_url, "use", "own-app", "user1") == (
        0,
        "own-app, of developer own-app, without a secret: user1\n"
        f"user1 has to consent again, for this app: `{typed('connect user1')}`.\n",
        "",
    )
    with connected():
        assert rows("SELECT reconnect_reason FROM account WHERE username = 'user1'") == [
            ("The account uses another Spotify app now, which needs a new consent: connect again.",)
        ]  # fmt: skip


def test_six_listeners_of_one_app_are_too_many_for_most_apps(database_url: str) -> None:
    connect_all(6)
    ask(database_url, "add", "own-app")
    status, out, _ = ask(database_url, "use", "own-app", *[f"user{n}" for n in range(1, 6)])
    assert (status, "Extended Quota" in out) == (0, False)
    _, out, _ = ask(database_url, "use", "own-app", "user6")
    assert out.splitlines()[1] == (
        "  6 accounts share one Spotify app, which serves 5 listeners unless it has Extended Quota: give "
        f"the others an app of their own with `{typed('apps add')}` and `{typed('apps use')}`."
    )
    assert out.splitlines()[1] in ask(database_url, "list")[1]


@pytest.mark.parametrize(
    ("command", "text", "sentence"),
    [
        (("add", "no/app"), "", "'no/app' is not a Client ID: Spotify's dashboard shows one for each app."),
        (("add", "settings-app"), "", "settings-app is already the app of the settings; its secret is CLIENT_SECRET."),
        (("add", "own-app", "--secret-stdin"), "\n",
         "The client secret is empty: it is next to the Client ID in Spotify's dashboard."),
        (("add", "own-app", "--secret-file", "/no/such"), "",
         "/no/such cannot be read: name a file that contains the secret."),
        (("remove", "own-app"), "",
         f"There is no app 'own-app': `{typed('apps list')}` shows those there are, `{typed('apps add')}` adds one."),
        (("use", "own-app", "alice"), "",
         f"There is no app 'own-app': `{typed('apps list')}` shows those there are, `{typed('apps add')}` adds one."),
    ],
)  # fmt: skip
def test_a_refusal_is_one_sentence(database_url: str, command: tuple[str, ...], text: str, sentence: str) -> None:
    assert ask(database_url, *command, text=text) == (1, "", f"{sentence}\n")


def test_an_account_cannot_use_the_settings_app_if_there_is_none(database_url: str) -> None:
    connect_all(1)
    refusal = f"The settings name no app: set CLIENT_ID first, or choose an app that `{typed('apps list')}` shows.\n"
    assert ask(database_url, "use", "settings", "user1", CLIENT_ID="") == (1, "", refusal)


def test_nothing_is_changed_when_one_of_the_accounts_is_unknown(database_url: str) -> None:
    ask(database_url, "add", "own-app")
    status, out, err = ask(database_url, "use", "own-app", "alice", "dora")
    assert (status, out, err.startswith("There is no account 'dora'")) == (1, "", True)
    with connected():
        assert rows("SELECT count(app_id) FROM account") == [(0,)]


def test_a_secret_is_never_stored_unsealed(database_url: str) -> None:
    status, out, err = ask(database_url, "add", "own-app", "--secret-stdin", text="hidden\n", SECRET_KEY="")
    assert (status, out, err.startswith("SECRET_KEY is not set")) == (78, "", True)
    with connected():
        assert rows("SELECT count(*) FROM spotify_app") == [(0,)]
