"""/account/imports/{number}: what became of the rows of an import, those that were set aside, and undoing it."""

from starlette.requests import Request
from starlette.responses import Response

from db.engine.connection import database
from db.imports.imports import StoredImport, look_at, set_aside_page, shared_reports
from db.imports.jobs import job_of_import
from insights.answers.reading import reading
from insights.tables import CsvTable
from people.accounts import Account
from web.http.errors import Problem
from web.imports.limits import busy
from web.imports.own import back, background, of_own, own_import, sent_by_own
from web.imports.page import answer_with_imports, tabs
from web.imports.shown import shown_import
from web.imports.stored_sentences import stored_sentence
from web.languages.writing import listed, number
from web.pages.frame import page
from web.pages.languages import _, ngettext
from web.pages.own import own_account
from web.server.streaming import Stream
from web.visitors.visitor import look_again

CSV = "text/csv; charset=utf-8; header=present"
COLUMNS = [("file",), ("row_no",), ("fate",), ("reason",), ("content",)]
CONFLICT = 409


@of_own
def one_import(request: Request, own: Account) -> Response:
    with reading():
        stored = own_import(request, own)
        with database.atomic():
            look_at(stored)
        job = job_of_import(own.id, stored.id)
    values = {
        "account": own,
        "tabs": tabs(request, own),
        "shown": shown_import(stored, job.files if job else (), own.zones),
        "not_read": [(file["name"], stored_sentence(file["reason"])) for file in job.not_read] if job else [],
    }
    return page(request, "imports/one.html", values, about=own)


@of_own
def set_aside(request: Request, own: Account) -> Response:
    """The rows that did not become plays, as CSV."""
    with reading():
        stored = own_import(request, own)
    name = f'attachment; filename="import-{stored.id}-set-aside.csv"'
    return Stream(SetAsideTable(stored), {"Cache-Control": "no-store", "Content-Disposition": name}, CSV)


class SetAsideTable:
    """Makes one piece of the table with each call (web/server/streaming.py), as long as its reader is signed in."""

    def __init__(self, stored: StoredImport) -> None:
        self._stored = stored
        self._table = CsvTable(COLUMNS)
        self._first = self._table.header()
        self._after = (-1, 0)

    def __call__(self, request: Request) -> bytes:
        look_again(request)
        own = own_account(request)
        if own is None or own.id != self._stored.account_id:
            raise Problem(401, "You have signed out in the meantime.")
        with reading():
            rows, after = set_aside_page(self._stored, self._after)
        piece, self._first, self._after = self._first + self._table.rows(rows), "", after
        return piece.encode()


@of_own
def ask_to_undo(request: Request, own: Account) -> Response:
    """The page that says what would be removed and what would stay, before anything is done."""
    with reading():
        stored = own_import(request, own)
        shared, others = shared_reports(stored)
        job = job_of_import(own.id, stored.id)
    values = {
        "account": own,
        "tabs": tabs(request, own),
        "shown": shown_import(stored, job.files if job else (), own.zones),
        "stays": _stays(shared, others) if shared else "",
    }
    return page(request, "imports/undo.html", values, about=own)


def _stays(shared: int, others: list[int]) -> str:
    names = listed([_("import %(number)s") % {"number": other} for other in others])
    text = ngettext(
        "%(count)s of its plays is also in %(others)s, and stays.",
        "%(count)s of its plays are also in %(others)s, and stay.",
        shared,
    )
    return text % {"count": number(shared), "others": names}


@sent_by_own
def undo_import(request: Request, own: Account) -> Response:
    """Begin to undo it, and show the progress."""
    with reading():
        stored = own_import(request, own)
        if stored.undone_at is None and not background(request).undo(own.id, stored.id):
            return answer_with_imports(request, own, refusal=busy(), title=_("Nothing was undone."), status=CONFLICT)
    return back(request)
