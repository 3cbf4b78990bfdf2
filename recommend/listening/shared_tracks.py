"""Every track in the libraries of listeners who agreed to help each other, without the limits of a nightly run."""

from collections.abc import Iterator, Sequence

from db.engine.connection import rows
from db.engine.streaming import streamed_records
from recommend.listening.other_listeners import HouseTrack
from recommend.listening.stored_other_listeners import AGREED, NAMED, is_distinct

IN_A_LIBRARY = "id IN (SELECT track_id FROM account_track WHERE account_id = ANY(%(accounts)s))"
ALL_TRACKS = f"SELECT * FROM ({NAMED.format(of_these='', among_these=IN_A_LIBRARY)}) track ORDER BY id"


def agreed_listeners() -> list[int]:
    return [account_id for (account_id,) in rows(AGREED)]


def shared_tracks(account_ids: Sequence[int]) -> Iterator[list[HouseTrack]]:
    """The tracks whose names others may see, in batches and in the order of their ids; needs a transaction."""
    for batch in streamed_records(HouseTrack, ALL_TRACKS, {"accounts": list(account_ids)}):
        yield [track for track in batch if is_distinct(track)]
