"""Reading each format of listening history: how a file splits into rows, and how a row is parsed."""

from collections.abc import Callable, Iterator

from collect.exports.history_files import Format
from collect.exports.json.rows import Batch, Readable, read_batches
from collect.exports.rows.export_rows import read_row
from collect.exports.rows.koito_rows import read_koito
from collect.exports.rows.lastfm_rows import read_lastfm
from collect.exports.rows.listenbrainz_rows import read_listen
from collect.exports.rows.maloja_rows import read_maloja
from collect.exports.scrobble_files import read_csv, read_pages
from db.imports.staging import StagedRow

# By Format.rows. Each raises Malformed or TooLittle.
ROW_READERS: dict[str, Callable[[object], StagedRow]] = {
    "spotify": read_row,
    "listenbrainz": read_listen,
    "lastfm": read_lastfm,
    "maloja": read_maloja,
    "koito": read_koito,
}


def batches(stream: Readable, file_format: Format) -> Iterator[Batch]:
    """All rows of a file, with Damaged in place of unreadable stretches."""
    if file_format.layout == "csv":
        return read_csv(stream)
    if file_format.layout == "pages":
        return read_pages(stream)
    inside = file_format.layout if file_format.layout not in ("array", "lines") else ""
    return read_batches(stream, lines=file_format.layout == "lines", inside=inside)
