"""Write plays as listens, one per line, for ListenBrainz' import."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

import orjson

from export.spotify_history import Row, SpotifyRows
from insights.plays.every_play import StoredPlay, described_tracks
from music import Track, shown_name

TRACK = "spotify:track:"
LINK = "https://open.spotify.com/track/"


@dataclass(slots=True)
class LeftOut:
    """Counts plays that cannot be exported as listens: those that are not music, and tracks without a name."""

    spoken: int = 0
    nameless: int = 0

    def __str__(self) -> str:
        reasons = {
            "podcast episodes and audiobook chapters": self.spoken,
            "tracks of unknown name": self.nameless,
        }
        return "; ".join(f"{reason}: {count:,}" for reason, count in reasons.items() if count)

    def is_listen(self, play: StoredPlay) -> bool:
        """Whether the play can be exported; counts it if it cannot."""
        is_named = bool(shown_name(play.name) and shown_name(play.artist_or_show))
        self.spoken += play.kind != "track"
        self.nameless += play.kind == "track" and not is_named
        return play.kind == "track" and is_named


def write_listens(stream: IO[bytes], account_id: int, batches: Iterable[Sequence[StoredPlay]]) -> LeftOut:
    """Write a line for every listen of an account; returns which plays were left out."""
    left_out = LeftOut()
    for _, line in lines_of(account_id, batches, left_out):
        stream.write(line)
    return left_out


def lines_of(
    account_id: int, batches: Iterable[Sequence[StoredPlay]], left_out: LeftOut
) -> Iterator[tuple[int, bytes]]:
    """(start in seconds since 1970, line) of every listen; counts the other plays in `left_out`."""
    listens = Listens(account_id, left_out)
    for batch in batches:
        yield from listens.lines(batch)


class Listens:
    """Makes the lines batch by batch; needs an open connection."""

    def __init__(self, account_id: int, left_out: LeftOut) -> None:
        self._account_id, self._left_out, self._rows = account_id, left_out, SpotifyRows(account_id)

    def lines(self, batch: Sequence[StoredPlay]) -> list[tuple[int, bytes]]:
        plays = list(filter(self._left_out.is_listen, batch))
        described = {play.described_id for play in plays if play.described_id is not None}
        tracks = described_tracks(self._account_id, described)
        listens = (
            listen(play, row, tracks.get(play.described_id or 0))
            for play, row in zip(plays, self._rows.rows(plays), strict=True)
        )
        return [(each["listened_at"], orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE)) for each in listens]


def listen(play: StoredPlay, row: Row, track: Track | None = None) -> dict[str, Any]:
    """One listen, without unknown values. It contains `row`, the play as in Spotify's history."""
    metadata = {
        "artist_name": play.artist_or_show,
        "track_name": play.name,
        "release_name": play.album,
        "additional_info": _without_nulls(_additional(play, row, track)),
    }
    return {"listened_at": _started(play), "track_metadata": _without_nulls(metadata)}


def _additional(play: StoredPlay, row: Row, track: Track | None) -> dict[str, Any]:
    uri = play.uri or ""
    link = LINK + uri.removeprefix(TRACK) if uri.startswith(TRACK) else None
    return {
        "music_service": "spotify.com",
        "origin_url": link,
        "spotify_id": link,
        "duration_ms": play.duration_ms,
        "duration_played": None if play.ms_played is None else play.ms_played // 1000,
        "isrc": play.isrc,
        "artist_names": [artist.name for artist in track.artists] if track else None,
        "submission_client": "Insight for Spotify",
        "spotify_history": row,
    }


def _started(play: StoredPlay) -> int:
    """The start in seconds since 1970: plays have the end, listens the start."""
    latest_ms = play.ended_ms - (play.ms_played or 0)
    return (latest_ms if play.started_ms is None else play.started_ms) // 1000


def _without_nulls(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
