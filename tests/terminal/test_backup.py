"""`backup` and `restore`: everything comes back as it was, or nothing changes and one sentence says why."""

import argparse
import random
import signal
import stat
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, cast

import psycopg2
import pytest
from playhouse.migrations import Runner

from advice import command
from db.engine.cipher import Cipher
from db.engine.connection import close_database, connected, database, open_database, row, rows
from db.startup.dumping import OTHER_PROGRAMS, dumped_tables
from db.startup.migrate import DIRECTORY, applied_migrations, migrate
from export import backup
from export.backup_file import written_to
from insights.plays.checksum import checksum
from terminal import backup as terminal_backup
from terminal import restore as terminal_restore
from tests.db.account_changes.test_deletion import account
from tests.doors.programs import SECRET_KEY, run, start
from tests.suite.waiting import until

pytestmark = pytest.mark.programs

PASSPHRASE = "correct horse battery staple"
Env = dict[str, str]


@pytest.fixture
def env(database_url: str) -> Env:
    return {"DATABASE_URL": database_url, "SECRET_KEY": SECRET_KEY}


@pytest.fixture
def household(env: Env, tmp_path: Path) -> Env:
    """Two accounts that have a row in every table."""
    with connected():
        account("alice", tmp_path)
        account("bob", tmp_path)
    return env


@pytest.fixture
def elsewhere(empty_database: str) -> Iterator[Env]:
    """The environment of another machine, whose database is empty."""
    yield {"DATABASE_URL": empty_database, "SECRET_KEY": SECRET_KEY}
    close_database()


def everything(url: str) -> dict[str, list[str]]:
    """Every row of every table, and the last value of every sequence."""
    open_database(url)
    with connected():
        contents = {table.name: content(table.name) for table in dumped_tables()}
        contents["numbers"] = [
            str(numbers) for numbers in rows("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")
        ]
    close_database()
    return contents


def content(table: str) -> list[str]:
    sql = "SELECT whole_row::text FROM {} whole_row"
    return sorted(text for (text,) in rows(sql.format(table)))


def backed_up(env: Env, path: Path, *options: str) -> Path:
    status, _, err = run("cli.py", "backup", str(path), *options, env=env)
    assert (status, err) == (0, "")
    return path


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
def test_everything_is_as_it_was_on_another_machine(
    household: Env, elsewhere: Env, tmp_path: Path, passphrase: str
) -> None:
    """Wrong files and passphrases are tried here too, because deriving a key takes a second and is done only once."""
    secret, path = {"BACKUP_PASSPHRASE": passphrase}, tmp_path / "b"
    status, out, err = run("cli.py", "backup", str(path), env=household | secret)
    assert (status, err) == (0, "")
    assert out.splitlines()[0].endswith(", encrypted." if passphrase else ", not encrypted.")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    if passphrase:
        assert_is_encrypted(path, tmp_path)
    assert_refuses_bad_files(path, elsewhere, secret)
    status, restored, err = run("cli.py", "restore", str(path), env=elsewhere | secret)
    assert (status, err) == (0, "")
    accounts = [line for line in out.splitlines() if line.startswith("  ")]
    assert [line.split(":")[0] for line in accounts] == ["  alice", "  bob"]
    assert [line for line in restored.splitlines() if line.startswith("  ")] == accounts
    assert everything(elsewhere["DATABASE_URL"]) == everything(household["DATABASE_URL"])
    assert run("cli.py", "check", "--json", env=elsewhere)[1] == run("cli.py", "check", "--json", env=household)[1]


def assert_is_encrypted(path: Path, folder: Path) -> None:
    """Its content is encrypted in age's format, and no name can be read in it."""
    with tarfile.open(path) as archive:
        names = archive.getnames()
        for name in names:  # extractall takes a filter from Python 3.11.4 on only
            (folder / name).write_bytes(cast("IO[bytes]", archive.extractfile(name)).read())
    assert names == ["README.txt", "backup.json", "key.age", "content.tar.age"]
    assert b"alice" not in path.read_bytes()
    for name in ("key.age", "content.tar.age"):
        assert (folder / name).read_bytes().startswith(b"age-encryption.org/v1\n")


CUT_OFF = "is incomplete. Copy it again, or take another backup."
DAMAGED = "is damaged. Copy it again, or take another backup."


def assert_refuses_bad_files(backup: Path, elsewhere: Env, secret: Env) -> None:
    """Files that are cut off, damaged or locked are refused, and the database stays as it was."""
    whole = backup.read_bytes()
    run("cli.py", "users", "list", env=elsewhere)
    before, path = everything(elsewhere["DATABASE_URL"]), backup.with_name("bad")

    def refusal(content: bytes, secret: Env = secret) -> str:
        path.write_bytes(content)
        status, out, err = run("cli.py", "restore", str(path), env=elsewhere | secret)
        assert (status, out) == (1, "")
        return err.removeprefix(f"{path} ").rstrip("\n")

    rng = random.Random(5)
    for size in (600, 3000, len(whole) // 2, len(whole) - 2000):
        assert refusal(whole[:size]) == CUT_OFF, size
    for _ in range(4):
        at = rng.randrange(2560, len(whole) - 2048)
        flipped = whole[:at] + bytes([whole[at] ^ 1 << rng.randrange(8)]) + whole[at + 1 :]
        assert refusal(flipped) == DAMAGED, at
    not_a_backup = f"is not a backup of Insight: name the file that `{command('cli.py', 'backup')}` wrote."
    assert refusal(b"") == refusal(b"PK\3\4") == not_a_backup
    if secret["BACKUP_PASSPHRASE"]:
        assert refusal(whole, {"BACKUP_PASSPHRASE": "wrong"}).startswith("is encrypted with another passphrase")
        assert refusal(whole, {}).startswith("There is no terminal for typing a passphrase: set BACKUP_PASSPHRASE")
    assert everything(elsewhere["DATABASE_URL"]) == before


def test_a_restored_database_is_usable(household: Env, elsewhere: Env, tmp_path: Path) -> None:
    """New rows get new ids, references hold, and an account can be deleted."""
    backed_up(household, tmp_path / "b")
    run("cli.py", "restore", str(tmp_path / "b"), env=elsewhere)
    assert run("cli.py", "exclusions", "add", "--user", "bob", "hours", "1-2", env=elsewhere)[0] == 0
    assert run("cli.py", "delete", "alice", "--yes", env=elsewhere)[0] == 0
    references = "SELECT count(*) FROM pg_constraint WHERE contype = 'f'"
    open_database(elsewhere["DATABASE_URL"])
    with connected():
        now = row(references)
        assert rows("SELECT username FROM account") == [("bob",)]
    open_database(household["DATABASE_URL"])
    with connected():
        assert row(references) == now


def test_an_unencrypted_backup_is_a_tar_of_tables(household: Env, tmp_path: Path) -> None:
    path = backed_up(household, tmp_path / "b")
    subprocess.run(["tar", "-xf", str(path), "-C", str(tmp_path)], check=True)
    with tarfile.open(tmp_path / "content.tar") as archive:
        names = archive.getnames()
    assert names[0] == "manifest.json"
    assert names[-1] == "rows.json"
    assert "tables/play/000001.copy.gz" in names


def test_existing_data_is_replaced_only_on_request(household: Env, tmp_path: Path) -> None:
    path = str(backed_up(household, tmp_path / "b"))
    close_database()
    run("cli.py", "delete", "alice", "--yes", env=household)
    without_alice = everything(household["DATABASE_URL"])
    status, out, err = run("cli.py", "restore", path, env=household)
    assert (status, out) == (1, "")
    assert err == "There is data of 1 account here, which a restore deletes: add --replace if that is what you want.\n"
    assert run("cli.py", "restore", path, "--replace", env=household) == (
        1, "", "Nothing was changed. To restore without being asked, add --yes.\n"
    )  # fmt: skip
    assert everything(household["DATABASE_URL"]) == without_alice
    assert run("cli.py", "restore", path, "--replace", "--yes", env=household)[0] == 0
    assert len(everything(household["DATABASE_URL"])["account"]) == 2


def test_accounts_just_created_from_the_settings_do_not_prevent_a_restore(
    household: Env, elsewhere: Env, tmp_path: Path
) -> None:
    path = backed_up(household, tmp_path / "b")
    status, _, err = run("cli.py", "restore", str(path), env=elsewhere | {"USERNAMES": "alice,carol"})
    assert (status, err) == (0, "")


def test_a_restore_is_refused_while_another_program_uses_the_database(household: Env, tmp_path: Path) -> None:
    path = backed_up(household, tmp_path / "b")
    with connected():  # as the service would be
        status, _, err = run("cli.py", "restore", str(path), "--replace", "--yes", env=household)
    assert (status, err) == (
        1, "Another Insight program uses this database: stop the service (and the collector), then try again.\n"
    )  # fmt: skip


RUNS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'insight' AND query LIKE %s"
MOMENTS = [("CREATE%", signal.SIGTERM), ("COPY%", signal.SIGKILL), ("ALTER TABLE%", signal.SIGTERM)]


@contextmanager
def connection(url: str) -> Iterator["psycopg2.extensions.cursor"]:
    """A connection that does not count as an Insight program."""
    with closing(psycopg2.connect(url)) as opened, opened.cursor() as cursor:
        yield cursor


def kill_at(statement: str, how: signal.Signals, env: Env, *restore: str) -> None:
    """Start a restore, and kill it while it runs `statement`, unless it ends before that is noticed."""
    child = start("cli.py", *restore, env=env)

    def is_reached() -> bool:
        with connection(env["DATABASE_URL"]) as cursor:
            cursor.execute(RUNS, (statement,))
            return child.poll() is not None or cursor.fetchall() != [(0,)]

    until(is_reached)
    child.send_signal(how)
    child.communicate(timeout=120)


def test_a_restore_killed_at_any_moment_leaves_the_old_or_the_new_data(household: Env, tmp_path: Path) -> None:
    url, path = household["DATABASE_URL"], backed_up(household, tmp_path / "b")
    restore = ("restore", str(path), "--replace", "--yes")
    close_database()
    run("cli.py", "delete", "alice", "--yes", env=household)
    old = everything(url)
    with connection(url) as reader:
        reader.execute("LOCK TABLE account IN ACCESS SHARE MODE")  # the restore waits where it drops the table
        kill_at("DROP TABLE%", signal.SIGKILL, household, *restore)
    wait_for_others(url)
    assert everything(url) == old
    for statement, how in MOMENTS:
        kill_at(statement, how, household, *restore)
        wait_for_others(url)
        assert (now := everything(url)) == old or len(now["account"]) == 2
    assert run("cli.py", *restore, env=household)[0] == 0


def wait_for_others(url: str) -> None:
    """Wait until the server has noticed that the program was killed."""
    open_database(url)
    with connected():
        until(lambda: row(OTHER_PROGRAMS) == (0,))
    close_database()


def test_a_backup_of_a_newer_version_is_refused(
    household: Env, elsewhere: Env, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "b"
    with connected():
        newer = [*applied_migrations(), "9999_from_the_future"]
    monkeypatch.setattr(backup, "applied_migrations", lambda: newer)
    write_here(path, "7.0.0")
    status, out, err = run("cli.py", "restore", str(path), env=elsewhere)
    assert (status, out) == (1, "")
    assert err.startswith("The backup was made by version 7.0.0, which is newer than this one: ")


def test_a_restore_with_a_wrong_checksum_is_rolled_back(
    household: Env, elsewhere: Env, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "checksums", lambda: {"alice": "1 play, checksum 0", "bob": "nothing"})
    write_here(tmp_path / "b", "0.6.0")
    run("cli.py", "users", "list", env=elsewhere)
    before = everything(elsewhere["DATABASE_URL"])
    status, out, err = run("cli.py", "restore", str(tmp_path / "b"), env=elsewhere)
    assert (status, out) == (1, "")
    assert err == "The checksum of alice, bob differs from the one in the backup. Nothing was changed.\n"
    assert everything(elsewhere["DATABASE_URL"]) == before


def write_here(path: Path, version: str) -> None:
    with connected(), path.open("xb") as file, written_to(file, None) as content:
        backup.write_backup(content, version, None, lambda _: None)


def test_a_service_goes_on_while_a_backup_is_made(household: Env, tmp_path: Path) -> None:
    """Rows stored after the backup began are not in it, and storing them does not wait for it."""
    stored: list[object] = []

    def store(share: float) -> None:
        if not stored:
            stored.append(run("cli.py", "users", "add", "carol", env=household))

    with connected(), (tmp_path / "b").open("xb") as file, written_to(file, None) as content:
        sums = backup.write_backup(content, "0.6.0", None, store)
    assert sorted(sums) == ["alice", "bob"]
    assert stored


def test_an_existing_file_is_replaced_only_with_force(household: Env, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mine")
    status, out, err = run("cli.py", "backup", str(tmp_path / "b"), env=household)
    assert (status, out) == (1, "")
    assert err.endswith("exists: name another file, or replace it with --force.\n")
    assert (tmp_path / "b").read_text() == "mine"
    backed_up(household, tmp_path / "b", "--force")


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
def test_a_full_disk_leaves_nothing_half_done(household: Env, tmp_path: Path, passphrase: str) -> None:
    limited = "import resource, sys, cli; resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)); import signal; "
    code = limited + "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); sys.exit(cli.run_to_end(cli.main))"
    env = household | {"BACKUP_PASSPHRASE": passphrase}
    status, out, err = run("-c", code, "backup", str(tmp_path / "b"), env=env)
    assert (status, out) == (1, "")
    assert err == f"{tmp_path / 'b'} cannot be written (File too large); nothing was left behind.\n"
    assert not list(tmp_path.glob("*b*.*"))
    backed_up(env, tmp_path / "b")


def options(path: Path, local_key: Path) -> argparse.Namespace:
    return argparse.Namespace(
        file=path, encrypt=False, force=False, replace=True, yes=True, backup_passphrase=None, local_key=local_key,
        secret_key=None,
    )  # fmt: skip


def test_a_backup_holds_the_key_of_an_embedded_installation_and_a_restore_keeps_both(
    household: Env, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """If a restore is killed, one of the two keys still opens the stored tokens."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.write_text("a" * 64)
    theirs.write_text("b" * 64)
    close_database()  # the fixtures have used several connections
    open_database(household["DATABASE_URL"])
    assert terminal_backup.run(options(tmp_path / "b", ours)) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("Anyone who can read this file can use your listeners'")
    assert terminal_restore.run(options(tmp_path / "b", theirs)) == 0
    assert theirs.read_text().splitlines() == ["a" * 64, "b" * 64]
    assert stat.S_IMODE(theirs.stat().st_mode) == 0o600
    assert Cipher(theirs.read_text()).open(Cipher("a" * 64).seal(b"token")) == b"token"


def test_a_backup_without_the_key_says_so(household: Env, tmp_path: Path) -> None:
    status, out, _ = run("cli.py", "backup", str(tmp_path / "b"), env=household)
    assert status == 0
    assert out.splitlines()[-1].startswith("It does not contain SECRET_KEY, because that is a setting:")


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    empty_database: str, elsewhere: Env, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The older version knew nothing of columns that accounts have had since.
    monkeypatch.setattr(backup, "checksums", lambda: {"alice": str(checksum(1))})
    open_database(empty_database)
    with connected():
        Runner(database.obj, str(DIRECTORY)).up("0011_tracks_by_name")
        rows("INSERT INTO account (username) VALUES ('alice') RETURNING id")
        rows("INSERT INTO account_time_zone (account_id, time_zone) VALUES (1, 'UTC') RETURNING 1")
        rows("INSERT INTO artist (name) SELECT 'Artist ' || n FROM generate_series(1, 50000) n RETURNING id")
    write_here(tmp_path / "b", "0.5.0")
    with connected():
        rows("DROP SCHEMA public CASCADE; CREATE SCHEMA public; SELECT 1")
    close_database()
    env = elsewhere | {"USERNAMES": ""}
    assert run("cli.py", "restore", str(tmp_path / "b"), env=env)[0] == 0
    open_database(elsewhere["DATABASE_URL"])
    assert migrate() == []
    with connected():
        assert row("SELECT count(*), max(id) FROM artist") == (50_000, 50_000)
    _, out, _ = run("spotify_client.py", "collect", env=env)
    assert "Upgraded 0.5.0 → " in out
