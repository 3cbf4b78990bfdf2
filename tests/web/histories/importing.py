"""Import rows as Spotify exports them, and ask questions about them."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from collect.exports.streaming_history import import_history
from tests.collect.export_files import as_json, extended_row
from tests.collect.histories import Silent

FILE_NUMBERS = count()
Row = dict[str, Any]


def row(ts: str, title: str, artist: str, uri: int, ms_played: int = 200_000, **changes: object) -> Row:
    """A row of an extended export."""
    names = {"master_metadata_track_name": title, "master_metadata_album_artist_name": artist}
    begun = {"offline_timestamp": None, "spotify_track_uri": f"spotify:track:{uri:022}"}
    return extended_row(0, ts=ts, ms_played=ms_played, **begun | names | changes)


def account_row(ts: str, title: str, artist: str, ms_played: int = 200_000) -> Row:
    """A row of account data, which has only names and the minute."""
    return {"endTime": ts, "artistName": artist, "trackName": title, "msPlayed": ms_played}


def imported(account_id: int, folder: Path, rows: Sequence[Row], kind: str = "Streaming_History_Audio_2024") -> int:
    """Import a file of these rows; returns the number of the import."""
    path = folder / str(next(FILE_NUMBERS)) / f"{kind}_0.json"
    path.parent.mkdir()
    path.write_bytes(as_json(*rows))
    return import_history(account_id, [path], Silent()).import_id


def answer_to(client: TestClient, question: str) -> Any:
    """The whole answer to a question, without the ids that the database assigned."""
    answer = client.get(question)
    assert answer.status_code == 200, answer.text
    return _without_ids(answer.json())


def _without_ids(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {name: _without_ids(value) for name, value in answer.items() if name != "id"}
    return [_without_ids(value) for value in answer] if isinstance(answer, list) else answer
