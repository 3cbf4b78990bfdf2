"""Doubts about whose listening an import is: two people's or another account's is noticed before it is stored."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collect.exports.import_doubts import NotAgreed
from collect.exports.streaming_history import Listener, import_history
from collect.recent import store_recent
from db.engine.connection import connected, rows
from db.imports import doubts
from db.people.accounts import ensure_accounts
from music import Play, Track
from people.accounts import account_named
from tests.collect.export_files import as_json, extended_row, spotify_zip
from tests.collect.histories import Silent

START = datetime(2023, 5, 1, tzinfo=UTC)
NAME = "Streaming_History_Audio_2023_0.json"


@pytest.fixture
def accounts(database_url: str) -> dict[str, int]:
    with connected():
        ensure_accounts(["alice", "bob", "carol"], "UTC")
        return {name: account_named(name).id for name in ("alice", "bob", "carol")}


def history(start: int, end: int, person: int = 0, **changes: object) -> list[dict[str, Any]]:
    """A play every ten minutes; another person's are of other tracks, some minutes later."""
    return [
        extended_row(number + 100_000 * person, **changes)
        | {"ts": f"{START + timedelta(minutes=10 * number + 3 * person):%Y-%m-%dT%H:%M:%SZ}"}
        for number in range(start, end)
    ]


def account_rows(start: int, end: int) -> list[dict[str, Any]]:
    return [
        {
            "endTime": row["ts"][:16].replace("T", " "),
            "artistName": row["master_metadata_album_artist_name"],
            "trackName": row["master_metadata_track_name"],
            "msPlayed": row["ms_played"],
        }
        for row in history(start, end)
    ]


def refused(account: int, *paths: Path) -> list[str]:
    """The doubts about an import, of which nothing was stored because of them."""
    raised: list[str] = []

    def no(sentences: Sequence[str]) -> bool:
        raised.extend(sentences)
        return False

    before = stored()
    with suppress(NotAgreed):
        import_history(account, paths, Silent(), listener=Listener(no))
    assert not raised or stored() == before
    return raised


def stored() -> list[tuple[Any, ...]]:
    with connected():
        return rows("SELECT (SELECT count(*) FROM play), (SELECT count(*) FROM import), (SELECT count(*) FROM track)")


def take(account: int, folder: Path, *history_rows: dict[str, Any], name: str = NAME) -> None:
    (folder / name).write_bytes(as_json(*history_rows))
    import_history(account, [folder / name], Silent())


def export(folder: Path, *people: Sequence[dict[str, Any]], names: Sequence[str] = ("a", "b", "c")) -> Path:
    files = {f"{name}/{NAME}": as_json(*person) for name, person in zip(names, people, strict=False)}
    return spotify_zip(folder / "export.zip", files)


def test_two_usernames_in_one_zip_are_two_people(accounts: dict[str, int], tmp_path: Path) -> None:
    both = export(tmp_path, history(0, 30, username="alice_s"), history(0, 25, 1, username="bob_s"))
    assert refused(accounts["bob"], both) == [
        "The rows name 2 different usernames (30 and 25 rows): it looks like several people's exports."
    ]
    with connected():
        assert rows("SELECT count(*) FROM set_aside_row WHERE content LIKE '%%_s%%'") == [(0,)]


@pytest.mark.parametrize("minutes", [1, 10, 50])
def test_plays_at_the_same_times_in_two_folders_are_two_people(
    accounts: dict[str, int], tmp_path: Path, minutes: int
) -> None:
    people = [history(0, 25), history(0, 25, 1)]
    for number, row in ((number, row) for person in people for number, row in enumerate(person)):
        offset = 20 if row in people[1] else 0
        row["ts"] = f"{START + timedelta(minutes=minutes * number, seconds=offset):%Y-%m-%dT%H:%M:%SZ}"
    assert refused(accounts["bob"], export(tmp_path, *people)) == [
        f"a/{NAME} and b/{NAME} hold different plays at the same times (25 and 25 rows): they look like two people's "
        "exports."
    ]


def test_two_zips_of_one_import_can_be_two_peoples(accounts: dict[str, int], tmp_path: Path) -> None:
    zips = [spotify_zip(tmp_path / f"{n}.zip", {NAME: as_json(*history(0, 20, n))}) for n in (0, 1)]
    assert len(refused(accounts["bob"], *zips)) == 1


ONE_PERSONS = {
    "overlapping exports": [history(0, 60), history(20, 80)],
    "the same twice": [history(0, 60), history(0, 60)],
    "one after the other": [history(0, 60), history(60, 120)],
    "with one username": [history(0, 60, username="a")[::2], history(0, 60, username="A")[1::2]],
    "an export with a few changes": [history(0, 60), history(0, 50) + history(50, 60, 1)],
    "few of the other": [history(0, 60), history(0, 10, 1)],
    "few with another username": [history(0, 60, username="a"), history(60, 70, username="b")],
}


@pytest.mark.parametrize("folders", ONE_PERSONS.values(), ids=ONE_PERSONS)
def test_one_persons_folders_give_no_doubt(
    accounts: dict[str, int], tmp_path: Path, folders: list[list[dict[str, Any]]]
) -> None:
    assert refused(accounts["bob"], export(tmp_path, *folders)) == []


def test_videos_and_account_data_of_one_person_may_be_beside_the_music(
    accounts: dict[str, int], tmp_path: Path
) -> None:
    files = {
        "music/Streaming_History_Audio_2023.json": as_json(*history(0, 60)),
        "video/Streaming_History_Video_2023.json": as_json(*history(0, 60, 1)),
        "data/StreamingHistory_music_0.json": as_json(*account_rows(0, 60)),
    }
    assert refused(accounts["bob"], spotify_zip(tmp_path / "export.zip", files)) == []


THEIRS = "{} of {} rows are plays of another account here already (alice): is this the right account?"


@pytest.mark.parametrize(
    ("earlier", "imported", "count"),
    [
        (history(0, 200), history(0, 200), 200),
        (history(0, 200), history(0, 190) + history(190, 200, 1), 190),
        (history(0, 2_000), history(500, 700), 200),
        (history(500, 700), history(0, 2_000), 200),
        (history(0, 200), history(100, 300), 100),
        (history(0, 200), account_rows(0, 200), 200),
        (account_rows(0, 200), history(0, 200), 200),
    ],
    ids=["same", "most", "a part", "more", "overlapping", "account data of theirs", "theirs is account data"],
)
def test_plays_that_another_account_has_imported_are_noticed(
    accounts: dict[str, int], tmp_path: Path, earlier: list[dict[str, Any]], imported: list[dict[str, Any]], count: int
) -> None:
    take(accounts["alice"], tmp_path, *earlier)
    take(accounts["carol"], tmp_path, *history(0, 200, 7))
    (tmp_path / "endsong_0.json").write_bytes(as_json(*imported))
    assert refused(accounts["bob"], tmp_path / "endsong_0.json") == [THEIRS.format(f"{count:,}", f"{len(imported):,}")]


def test_plays_that_were_collected_for_another_account_are_noticed(accounts: dict[str, int], tmp_path: Path) -> None:
    collect(accounts["alice"], history(100, 150))
    (tmp_path / "endsong_0.json").write_bytes(as_json(*history(0, 200)))
    assert refused(accounts["bob"], tmp_path / "endsong_0.json") == [THEIRS.format("50", "200")]


def test_a_few_collected_plays_that_two_share_give_no_doubt(accounts: dict[str, int], tmp_path: Path) -> None:
    collect(accounts["alice"], [*history(0, 20), *history(20, 50, 1)])
    (tmp_path / "endsong_0.json").write_bytes(as_json(*history(0, 200)))
    assert refused(accounts["bob"], tmp_path / "endsong_0.json") == []


def collect(account_id: int, history_rows: Sequence[dict[str, Any]]) -> None:
    """The same plays as recently-played shows them: some seconds later."""
    plays = [
        Play(datetime.fromisoformat(row["ts"]) + timedelta(seconds=7), Track("T", (), uri=row["spotify_track_uri"]))
        for row in history_rows
    ]
    with connected():
        store_recent(account_id, plays, page_is_full=False)


OTHER_TRACK = {"spotify_track_uri": None, "master_metadata_track_name": "x"}


@pytest.mark.parametrize(
    ("earlier", "imported"),
    [
        (history(0, 200), history(0, 200, 1)),
        (history(0, 10), history(0, 10)),
        (history(0, 200), history(0, 90) + history(90, 200, 1)),
        (history(0, 200), [{**row, "ms_played": 1} for row in history(0, 200)]),
        (history(0, 200), [{**row, **OTHER_TRACK} for row in history(0, 200)]),
    ],
    ids=["another's", "a few", "less than half", "other lengths", "other tracks"],
)  # fmt: skip
def test_coincidences_give_no_doubt(
    accounts: dict[str, int], tmp_path: Path, earlier: list[dict[str, Any]], imported: list[dict[str, Any]]
) -> None:
    take(accounts["alice"], tmp_path, *earlier)
    (tmp_path / "endsong_0.json").write_bytes(as_json(*imported))
    assert refused(accounts["bob"], tmp_path / "endsong_0.json") == []


def test_an_accounts_own_plays_again_give_no_doubt(accounts: dict[str, int], tmp_path: Path) -> None:
    take(accounts["alice"], tmp_path, *history(0, 100))
    (tmp_path / "endsong_0.json").write_bytes(as_json(*history(0, 120)))
    assert refused(accounts["alice"], tmp_path / "endsong_0.json") == []


def test_of_a_large_import_some_rows_are_looked_up_and_then_all_are_counted(
    accounts: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doubts, "MOST_LOOKED_UP", 50)
    take(accounts["alice"], tmp_path, *history(0, 400))
    take(accounts["carol"], tmp_path, *history(0, 20), *history(20, 400, 2))
    (tmp_path / "endsong_0.json").write_bytes(as_json(*history(0, 1_000)))
    assert refused(accounts["bob"], tmp_path / "endsong_0.json") == [THEIRS.format("400", "1,000")]


def test_an_estimate_is_no_more_than_all_rows(
    accounts: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(accounts["alice"], tmp_path, *history(0, 101))
    shares = []
    for counted in range(15, 51):
        monkeypatch.setattr(doubts, "COUNTED", counted)
        (doubt,) = refused(accounts["bob"], tmp_path / NAME)
        shares.append(re.fullmatch(r"About (\d+) of 101 rows are plays of another account .*", doubt))
    assert all(share and int(share[1]) <= 101 for share in shares)
    assert {share[1] for share in shares if share} > {"101"}


def test_an_import_that_raises_doubts_is_stored_after_agreement(accounts: dict[str, int], tmp_path: Path) -> None:
    take(accounts["alice"], tmp_path, *history(0, 50))
    report = import_history(accounts["bob"], [tmp_path / NAME], Silent(), listener=Listener(bool))
    assert report.fates["new"] == 50
