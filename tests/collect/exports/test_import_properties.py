"""Whatever exports an account imports, in whatever order: each play counts as in the export that has it most often."""

import json
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from collect.exports.streaming_history import import_history
from db.engine.connection import connected, rows
from db.people.accounts import ensure_accounts
from people.accounts import account_named
from tests.collect.histories import Silent
from tests.suite.random_cases import costly

NUMBERS = count()
ROW = st.fixed_dictionaries(
    {
        "ts": st.sampled_from(["2023-05-01T12:00:00Z", "2023-05-01T12:00:01Z"]),
        "ms_played": st.sampled_from([0, 40_000]),
        "spotify_track_uri": st.sampled_from([None, "spotify:track:" + "a" * 22, "spotify:track:" + "b" * 22]),
        "master_metadata_track_name": st.sampled_from(["One", "Two"]),
        "master_metadata_album_artist_name": st.just("The Lanterns"),
        "reason_end": st.sampled_from([None, "trackdone", "fwdbtn"]),
        "ip_addr": st.sampled_from(["192.0.2.1", "192.0.2.2"]),
    }
)
EXPORT = st.lists(ROW, max_size=12)
ONE = {
    "ts": "2023-05-01T12:00:00Z",
    "ms_played": 40_000,
    "spotify_track_uri": "spotify:track:" + "a" * 22,
    "master_metadata_track_name": "One",
    "master_metadata_album_artist_name": "The Lanterns",
    "reason_end": "trackdone",
    "ip_addr": "192.0.2.1",
}
OTHER = ONE | {"reason_end": None}


def expected(exports: list[list[dict[str, Any]]]) -> Counter[tuple[Any, ...]]:
    """The rule of docs/rules/plays.md, in plain Python: (time, item, milliseconds) → plays."""
    most: Counter[tuple[Any, ...]] = Counter()
    for export in exports:
        distinct = {json.dumps({**row, "ip_addr": 0}, sort_keys=True): row for row in export}
        here = Counter(_key(row) for row in distinct.values())
        most |= here
    return most


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    uri = row["spotify_track_uri"]
    return row["ts"], uri or row["master_metadata_track_name"], row["ms_played"]


def stored(username: str) -> Counter[tuple[Any, ...]]:
    counts = rows(
        'SELECT to_char(played_at, \'YYYY-MM-DD"T"HH24:MI:SS"Z"\'), coalesce(uri, name), ms_played '
        "FROM counted_play JOIN track ON track.id = track_id JOIN account ON account.id = account_id "
        "WHERE username = %s",
        username,
    )
    return Counter(counts)


@pytest.mark.programs
@pytest.mark.usefixtures("database_url")
@costly()
@given(exports=st.lists(EXPORT, min_size=1, max_size=3), together=st.booleans(), again=st.booleans())
@example(exports=[[ONE], [OTHER], [OTHER, ONE]], together=False, again=True)  # the last says that they are two
@example(exports=[[ONE], [OTHER], [OTHER, ONE]], together=True, again=False)
def test_every_play_is_there_as_often_as_in_the_export_that_has_it_most(
    tmp_path: Path, exports: list[list[dict[str, Any]]], *, together: bool, again: bool
) -> None:
    number = next(NUMBERS)
    username = f"listener{number}"
    folders = []
    for place, export in enumerate(exports):
        folder = tmp_path / f"{number}-{place}"
        folder.mkdir()
        half = len(export) // 2  # an export comes in several files
        (folder / "endsong_0.json").write_text(json.dumps(export[:half]))
        (folder / "endsong_1.json").write_text(json.dumps(export[half:]))
        folders.append(folder)
    with connected():
        ensure_accounts([username], "UTC")
        account = account_named(username)
    batches = [folders] if together else [[folder] for folder in folders]
    new = 0
    for batch in batches + (batches[::-1] if again else []):
        report = import_history(account.id, batch, Silent())
        assert sum(report.fates.values()) == report.rows
        new += report.fates["new"]
    with connected():
        assert stored(username) == expected(exports)
    assert new == expected(exports).total()
