"""Convert plays to rows of Spotify's extended streaming history, with an extra key for everything else."""

from collections.abc import Sequence
from typing import Any

from insights.plays.every_play import StoredPlay, described_tracks
from music import Track

Row = dict[str, Any]
READ_AS_SECONDS = 1_000_000_000  # readers ignore a smaller `offline_timestamp`


class SpotifyRows:
    """Makes the rows of one account's export, which describes each track only once."""

    def __init__(self, account_id: int) -> None:
        self.account_id = account_id
        self.described: set[int] = set()

    def rows(self, plays: Sequence[StoredPlay]) -> list[Row]:
        """A row for every play; orjson can write them as they are."""
        wanted = {play.described_id for play in plays if play.described_id is not None} - self.described
        tracks = described_tracks(self.account_id, wanted)
        self.described |= wanted
        return [spotify_row(play, tracks.pop(play.described_id or 0, None)) for play in plays]


def spotify_row(play: StoredPlay, track: Track | None = None) -> Row:
    """The 23 fields in Spotify's order, and `insight` if they do not contain everything; `track` goes in there."""
    row = {
        "ts": play.ended_at[:-5] + "Z",  # without its milliseconds
        "platform": play.platform,
        "ms_played": (play.duration_ms or 0) if play.ms_played is None else play.ms_played,
        "conn_country": play.country,
        "ip_addr": None,
        **_played(play),
        "reason_start": play.reason_start,
        "reason_end": play.reason_end,
        "shuffle": play.shuffle,
        "skipped": play.skipped,
        "offline": play.offline,
        "offline_timestamp": _loaded(play.started_ms),
        "incognito_mode": play.incognito,
    }
    if insight := _insight(play, track):
        row["insight"] = insight
    return row


NOTHING_PLAYED = dict.fromkeys((
    "master_metadata_track_name", "master_metadata_album_artist_name", "master_metadata_album_album_name",
    "spotify_track_uri", "episode_name", "episode_show_name", "spotify_episode_uri", "audiobook_title",
    "audiobook_uri", "audiobook_chapter_uri", "audiobook_chapter_title",
))  # fmt: skip
FIELDS = {  # for the URI, the name, and the artist or show
    "track": ("spotify_track_uri", "master_metadata_track_name", "master_metadata_album_artist_name"),
    "episode": ("spotify_episode_uri", "episode_name", "episode_show_name"),
    "chapter": ("audiobook_chapter_uri", "audiobook_chapter_title", "audiobook_title"),
}


def _played(play: StoredPlay) -> Row:
    """All fields about what was played."""
    uri, name, by = FIELDS[play.kind]
    fields = {**NOTHING_PLAYED, uri: play.uri, name: play.name, by: play.artist_or_show}
    fields["master_metadata_album_album_name"] = play.album
    return fields


def _loaded(started_ms: int | None) -> int | None:
    """When the play began, in seconds, as usual for Spotify, or in milliseconds if seconds would be misunderstood."""
    if started_ms is None:
        return None
    seconds, fraction = divmod(started_ms, 1000)
    return started_ms if fraction or seconds < READ_AS_SECONDS else seconds


def _insight(play: StoredPlay, track: Track | None) -> Row:
    """Everything that Spotify's fields cannot contain."""
    extra: Row = {}
    if play.source != "extended":
        extra["source"] = play.source
    if not play.ended_at.endswith(".000Z"):
        extra["played_at"] = play.ended_at
    if play.ms_played is None:
        extra["ms_played"] = None
    if play.context_uri is not None:
        extra["context_uri"] = play.context_uri
    if play.occurrence:
        extra["occurrence"] = play.occurrence
    if track is not None:
        extra["track"] = track
    return extra
