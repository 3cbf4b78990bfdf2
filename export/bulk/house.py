"""Bring the files of all listeners who agreed up to date: only months that have changed are written."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from db.engine.streaming import snapshot
from export.bulk.files import BUCKETS, bucket_of, file_of, months_on_disk, opened, removed
from export.bulk.months import Content, write_month, written_content
from export.bulk.tracks import write_tracks
from export.parquet import pyarrow
from insights.plays.by_month import months_of
from recommend.listening.shared_tracks import agreed_listeners

OnBucket = Callable[[int], None]  # how many are done


@dataclass
class Exported:
    """What a run did: how many files it wrote, deleted and left unchanged; and what all files contain now."""

    listeners: int = 0
    plays: int = 0
    tracks: int = 0
    written: int = 0
    deleted: int = 0
    unchanged: int = 0


def export_house(folder: Path, on_bucket: OnBucket = lambda _: None) -> Exported:
    """Needs a connection, and no transaction. Raises ExportRefused.

    Each bucket is as of one moment. Holds a row group and the months of a bucket's accounts in memory.
    """
    pyarrow()  # before anything is created
    exported = Exported()
    with opened(folder):
        for bucket in range(BUCKETS):
            with snapshot():
                _export_bucket(folder, bucket, exported)
            on_bucket(bucket + 1)
        with snapshot():
            exported.tracks = write_tracks(folder, agreed_listeners())
    return exported


def _export_bucket(folder: Path, bucket: int, exported: Exported) -> None:
    agreed = [account_id for account_id in agreed_listeners() if bucket_of(account_id) == bucket]
    exported.listeners += len(agreed)
    contents = _contents(agreed, exported)
    for month in sorted({*contents, *months_on_disk(folder, bucket)}):
        _export_month(file_of(folder, bucket, month), month, contents.get(month), exported)


def _contents(account_ids: Sequence[int], exported: Exported) -> dict[str, Content]:
    """A hash of the current plays of each account, by month."""
    contents: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for each in months_of(account_ids):
        contents[each.month][each.account_id] = each.content
        exported.plays += each.plays
    return dict(contents)


def _export_month(path: Path, month: str, content: Content | None, exported: Exported) -> None:
    if content is None:
        exported.deleted += removed(path)
    elif content == written_content(path):
        exported.unchanged += 1
    else:
        write_month(path, content, month)
        exported.written += 1
