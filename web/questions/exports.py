"""A whole list as a table, streamed while it is read, for lists of which JSON answers show pages."""

from starlette.requests import Request

from insights.answers.reading import reading
from insights.question import Batches
from insights.tables import Column, CsvTable, ndjson
from web.handlers.params import readable_account
from web.visitors.visitor import look_again


class WholeTable:
    """Makes one piece of the table with each call (web/server/streaming.py), in the format `name`.

    The reader must have access until the end: the download stops if the account is made private, disabled or deleted
    meanwhile, or if the link or token ends.
    """

    def __init__(self, name: str, username: str, columns: list[Column], read: Batches) -> None:
        self._name, self._username, self._read = name, username, read
        self._table = CsvTable(columns)
        self._first = self._table.header() if name == "csv" else ""

    def __call__(self, request: Request) -> bytes:
        """Raises Problem if the account may not be read any more."""
        look_again(request)
        with reading():
            readable_account(request, self._username)
            batch = self._read()
        if self._name == "ndjson":
            return ndjson(batch)
        piece, self._first = self._first + self._table.rows(batch), ""
        return piece.encode()
