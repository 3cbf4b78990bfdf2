"""Importing in the browser."""

from collections.abc import Mapping

from web.answer_types.imports import ImportProgress, UploadTaken
from web.openapi.components import request_bodies as bodies
from web.openapi.components.about import SESSION
from web.openapi.components.headers import NOT_KEPT, location
from web.openapi.components.operation import FORM, Answer, Content, Operation, Parameter
from web.openapi.components.problems import problem
from web.openapi.components.shared_answers import LOOKED_UP, SENT, json_for_now, page, refusal
from web.openapi.operations.account import SIGN_IN

MULTIPART = "multipart/form-data"
PATH = "/account/imports"
NUMBER = Parameter("number", "The number of the import.", place="path")
DONE = Answer("To the page of imports, or to /sign-in, unless a listener is signed in.", {},
              location("Where to continue."))  # fmt: skip
BUSY = refusal(
    "Another import of the account is under way, or the upload was stopped.",
    problem(409, "Conflict", "Another import of yours is under way: wait until it has ended, or stop it, then try "
            "again.", PATH),
    may_be_page=True,
)  # fmt: skip
NOTHING = refusal("No file was sent.", problem(422, "Unprocessable Content", "Choose at least one file to import.",
                                               PATH), may_be_page=True)  # fmt: skip
NO_ROOM = refusal(
    "The disk is too full.",
    problem(507, "Insufficient Storage", "The disk of this service has too little room for these files: ask the "
            "person who runs it to make room, then try again.", PATH),
    may_be_page=True,
)  # fmt: skip
CSV_OF_ROWS = "file,row_no,fate,reason,content\r\nendsong_0.json,7,malformed,not an object,\r\n"


def _get(path: str, name: str, summary: str, description: str, answer: Answer) -> Operation:
    parameters = (NUMBER,) if "{number}" in path else ()
    return Operation(
        "get", f"/account/{path}", name, "account", summary, description, {200: answer, **LOOKED_UP, 303: SIGN_IN},
        parameters, security=SESSION,
    )  # fmt: skip


def _form(path: str, name: str, summary: str, description: str, answers: Mapping[int, Answer | str]) -> Operation:
    parameters = (NUMBER,) if "{number}" in path else ()
    return Operation(
        "post", f"/account/{path}", name, "account", summary, description, {303: DONE, **SENT, **answers}, parameters,
        body={FORM: bodies.PageForm}, security=SESSION,
    )  # fmt: skip


OPERATIONS = (
    _get(
        "imports", "imports", "Imports of the listener's own account",
        "For people: a form that takes exports, how far an import has come, and every import.", page("A page."),
    ),
    Operation(
        "post", PATH, "upload", "account", "Import exports",
        "Takes the files and imports them in the background; /account/import/progress says how far that has come. "
        "The field `csrf` comes before the files, up to 4 GB in total.",
        {
            200: json_for_now("For programs: the files have arrived.", UploadTaken(PATH)),
            303: DONE, **SENT, 409: BUSY, 422: NOTHING, 507: NO_ROOM,
        },
        body={MULTIPART: bodies.UploadForm}, security=SESSION,
    ),
    _get(
        "import/progress", "importProgress", "How far an import has come", "For the script of the page.",
        json_for_now("How far it is.", ImportProgress("running", 58, "61 240 rows read, 60 112 plays · 58 %")),
    ),
    _form(
        "import/go-on", "importAnyway", "Import files that look like somebody else's",
        "Has no effect if no import waits for this.", {},
    ),
    _form("import/stop", "stopImport", "Stop what is being imported", "Nothing of the import is stored.", {}),
    _get(
        "imports/{number}", "oneImport", "What became of the rows of an import", "For people: file by file.",
        page("A page."),
    ),
    _get(
        "imports/{number}/set-aside", "rowsSetAside", "Rows of an import that did not become plays",
        "Each with its place, the reason, and its content without anything personal.",
        Answer("The table.", {"text/csv": Content(CSV_OF_ROWS)}, NOT_KEPT),
    ),
    _get(
        "imports/{number}/undo", "askToUndoImport", "Ask before an import is undone",
        "For people: what would go, and what would stay.", page("A page."),
    ),
    _form(
        "imports/{number}/undo", "undoImport", "Undo an import",
        "In the background. Plays that other imports or collections report stay.", {409: BUSY},
    ),
)  # fmt: skip
