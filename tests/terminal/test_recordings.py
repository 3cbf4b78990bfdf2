"""`recordings` shows which tracks count as one recording, and stores a listener's decisions."""

import json

import pytest

from tests.doors.programs import NO_DORA, run
from tests.terminal.unaudited import without_audit
from tests.web import seed

EVIDENCE = "title, artists and length within 3 s"
NAMES = {"name": "Low Tide", "artist_name": "The Lanterns"}


def ask(database_url: str, *command: str) -> tuple[int, str, str]:
    return without_audit(
        run("cli.py", "recordings", *command, env={"DATABASE_URL": database_url, "USERNAMES": "alice"})
    )


def link(number: int) -> str:
    return f"spotify:track:{number:022}"


@pytest.fixture
def alice(database_url: str) -> int:
    account_id, lanterns = seed.account(), seed.insert("artist", name="The Lanterns")
    for number in (1, 2):
        seed.track(uri=link(number), duration_ms=60_000 + number * 1000, **NAMES)
        seed.insert("track_artist", track_id=number, position=0, artist_id=lanterns)
        seed.play(account_id, number, "2026-06-01Z")
    seed.play(account_id, seed.track(uri=None, name="Ebb", artist_name="The Lanterns"), "2026-06-01Z")
    return account_id


def test_tracks_are_split_joined_and_matched_automatically_again(database_url: str, alice: int) -> None:
    evidence = (
        "The Lanterns - Low Tide: 2 plays\n"
        f"       1  {link(1)}, Low Tide, 1:01, 1 play: {EVIDENCE}\n"
        f"       2  {link(2)}, Low Tide, 1:02, 1 play: {EVIDENCE}\n"
    )
    assert ask(database_url, "list", "--user", "alice") == (0, evidence, "")
    alone = (0, "The track counts by itself from now on.\n", "")
    assert ask(database_url, "split", "--user", "alice", f"https://open.spotify.com/track/{1:022}") == alone
    assert ask(database_url, "join", "--user", "alice", "3", link(2)) == (
        0, "The two tracks count as one recording from now on.\n", "",
    )  # fmt: skip
    decided = (
        "The Lanterns - Low Tide: 2 plays\n"
        f"       2  {link(2)}, Low Tide, 1:02, 1 play: others were joined to it by you\n"
        "       3  known by its names only, Ebb, length unknown, 1 play: joined by you\n\n"
        "The Lanterns - Low Tide: 1 play\n"
        f"       1  {link(1)}, Low Tide, 1:01, 1 play: split off by you\n"
    )
    assert ask(database_url, "list", "--user", "alice") == (0, decided, "")
    for track in ("1", "3"):
        forgotten = (0, "The decision is undone: the track is matched automatically again.\n", "")
        assert ask(database_url, "forget", "--user", "alice", track) == forgotten
    status, out, err = ask(database_url, "list", "--user", "alice", "--json")
    common = {"title": "Low Tide", "artist": "The Lanterns", "isrc": None, "plays": 1, "evidence": EVIDENCE}
    tracks = [{"id": n, "uri": link(n), "duration_ms": 60_000 + n * 1000, "choice": None, **common} for n in (1, 2)]
    assert (status, json.loads(out), err) == (0, [{"plays": 2, "tracks": tracks}], "")


def test_nothing_is_listed_if_no_track_has_versions(database_url: str) -> None:
    seed.account()
    message = "No tracks count as one: each is a recording by itself.\n"
    assert ask(database_url, "list", "--user", "alice") == (0, message, "")
    assert ask(database_url, "list", "--user", "alice", "--json") == (0, "[]\n", "")


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("list", "--user", "dora"), NO_DORA),
        (("split", "--user", "alice", "9"),
         "There is no track '9' here: give the URI, link or number of one that was played.\n"),
        (("join", "--user", "alice", "1", "2"), "These two are already one recording.\n"),
        (("forget", "--user", "alice", "1"),
         "You have made no decision about this track: `recordings list` shows your decisions.\n"),
    ],
)  # fmt: skip
def test_a_refusal_is_one_sentence(database_url: str, alice: int, command: tuple[str, ...], sentence: str) -> None:
    assert ask(database_url, *command) == (1, "", sentence)


def test_control_characters_in_names_are_escaped(database_url: str) -> None:
    account_id, lanterns = seed.account(), seed.insert("artist", name="\x1b[2JThe\nLanterns")
    for number in (1, 2):
        seed.track(uri=link(number), duration_ms=60_000, name="Low\x9b31m Tide", artist_name="\x1b[2JThe\nLanterns")
        seed.insert("track_artist", track_id=number, position=0, artist_id=lanterns)
        seed.play(account_id, number, "2026-06-01Z")
    status, out, _ = ask(database_url, "list", "--user", "alice")
    assert (status, len(out.splitlines())) == (0, 3)
    assert out.startswith(r"\u001b[2JThe\u000aLanterns - Low\u009b31m Tide: 2 plays")
