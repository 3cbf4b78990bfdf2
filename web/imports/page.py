"""/account/imports: upload exports, see how far an import has come, and every import of the account."""

from starlette.requests import Request
from starlette.responses import Response

from db.imports.imports import imports
from db.imports.jobs import ImportJob, latest_job, uploaded_files
from insights.answers.reading import reading
from people.accounts import Account
from web.answer_types.imports import ImportProgress
from web.http.answers import plain_answer
from web.http.services import services
from web.imports.limits import GIGABYTES, MOST_BYTES, too_much
from web.imports.own import IMPORTS, of_own
from web.imports.shown import shown_import, shown_job
from web.imports.stored_sentences import stored_sentence
from web.pages.frame import page
from web.pages.languages import _
from web.pages.notices import Notice

TABS = ("gaps", "quality")


@of_own
def imports_page(request: Request, own: Account) -> Response:
    return answer_with_imports(request, own)


def answer_with_imports(
    request: Request, own: Account, *, refusal: str = "", title: str = "", status: int = 200
) -> Response:
    """The page, with the error of the form just sent."""
    with reading():
        job, stored, uploaded = latest_job(own.id), imports(own.id), uploaded_files(own.id)
    failure = refusal or (stored_sentence(job.failure) if job and job.ended_at else "")
    every = [shown_import(one, uploaded.get(one.id, ()), own.zones) for one in reversed(stored)]
    values = {
        "account": own,
        "tabs": tabs(request, own),
        "job": shown_job(job),
        "can_upload": services(request).imports is not None,
        "most_gigabytes": GIGABYTES,
        "most_bytes": MOST_BYTES,
        "too_much": too_much(),
        "imports": every,
        "latest": next((one for one in every if not one.is_undone), None),
    }
    notice = Notice(title or _title(job), failure, "bad") if failure else None
    return page(request, "imports/imports.html", values, status=status, notice=notice, about=own)


def _title(job: ImportJob | None) -> str:
    return _("Nothing was undone.") if job and job.ended_at and job.undoes else _("Nothing was imported.")


def tabs(request: Request, own: Account) -> list[tuple[str, str, bool]]:
    """The pages about an account's data: name, address, and whether it is the current one."""
    base_path = services(request).base_path
    names = {"gaps": _("Gaps"), "quality": _("Checks")}
    beside = [(names[question], f"{base_path}/{question}/{own.username}", False) for question in TABS]
    return [*beside, (_("Imports"), f"{base_path}{IMPORTS}", True)]


@of_own
def progress(_request: Request, own: Account) -> Response:
    """The progress of the current import, for the page's script."""
    with reading():
        job = shown_job(latest_job(own.id))
    if job is None:
        return plain_answer(ImportProgress("ended", 100, ""))
    return plain_answer(ImportProgress(job.state, job.percent, job.sentence))
