"""/user-recommendations/<username>: the list of a date."""

from starlette.requests import Request
from starlette.responses import Response

from db.lists.feedback import verdicts
from insights.answers.reading import reading
from insights.recommendations import NoRun, StoredRun, recommendations
from people.accounts import Account
from web.handlers.params import a_date, asked_account, one_of, parameters, whole_number
from web.http.answers import answer, file_answer, not_modified
from web.http.etags import etag
from web.lists.list_request import (
    FORMATS,
    MOST,
    VerbsByTarget,
    day_of_list,
    is_own,
    moment_of,
    named_list,
    no_list,
    verbs_by_target,
)
from web.lists.names import FILES, KINDS_OF
from web.lists.shapes import JSPF, M3U, jspf, m3u, shown_list
from web.lists.xspf import XSPF, xspf


def user_recommendations(request: Request) -> Response:
    query = parameters(request, "list", "date", "kind", "limit", "format")
    name = named_list(query)
    limit, kind = whole_number(query, "limit", 1, MOST, MOST), one_of(query, "kind", KINDS_OF[name])
    requested, form = a_date(query, "date"), one_of(query, "format", FORMATS) or "json"
    with reading():
        account = asked_account(request)
        moment, own = moment_of(request, account), is_own(request, account)
        day = day_of_list(requested, moment, name)
        # Music that was put off comes back with a new day, without a change of the data.
        tag = etag(request, [account], name, day, kind, limit, form, own and moment.today)
        if unchanged := not_modified(request, tag):
            return unchanged
        run = recommendations(account.id, day, limit, kind, name)
        verbs = verbs_by_target(verdicts(account.id, moment.now)) if own and form == "json" else None
    if isinstance(run, NoRun):
        raise no_list(account.username, day, run.latest_available, name)
    return _answer(request, account, run, verbs, form, tag)


def _answer(
    request: Request, account: Account, run: StoredRun, verbs: VerbsByTarget | None, form: str, tag: str
) -> Response:
    if form == "json":
        return answer(request, shown_list(account.username, run, verbs), tag)
    name = f"{FILES[run.list_name]}-{account.username}-{run.date}.{form}"
    if form == "jspf":
        return file_answer(request, jspf(account.username, account.id, run), JSPF, name, tag)
    if form == "xspf":
        return file_answer(request, xspf(account.username, account.id, run), XSPF, name, tag)
    return file_answer(request, m3u(account.username, run), f"{M3U}; charset=utf-8", name, tag)
