"""/user-recommendations/<username>: the list that was made for a date."""

from starlette.requests import Request
from starlette.responses import Response

from db.lists.feedback import verdicts
from insights.answers.reading import reading
from insights.recommendations import NoRun, StoredRun, recommendations
from people.accounts import Account
from recommend.listening.candidates import KINDS
from web.handlers.params import a_date, asked_account, one_of, parameters, whole_number
from web.http.answers import answer, file_answer, not_modified
from web.http.etags import etag
from web.lists.list_request import FORMATS, MOST, Said, asked_day, is_own, moment_of, no_list, said_in
from web.lists.shapes import JSPF, M3U, jspf, m3u, shown_list


def user_recommendations(request: Request) -> Response:
    given = parameters(request, "date", "kind", "limit", "format")
    limit, kind = whole_number(given, "limit", 1, MOST, MOST), one_of(given, "kind", KINDS)
    asked, form = a_date(given, "date"), one_of(given, "format", FORMATS) or "json"
    with reading():
        account = asked_account(request)
        moment, own = moment_of(request, account), is_own(request, account)
        day = asked_day(asked, moment)
        # What was put off holds until a day begins, which no version of the data tells.
        tag = etag(request, [account], day, kind, limit, form, own and moment.today)
        if unchanged := not_modified(request, tag):
            return unchanged
        run = recommendations(account.id, day, limit, kind)
        said = said_in(verdicts(account.id, moment.now)) if own and form == "json" else None
    if isinstance(run, NoRun):
        raise no_list(account.username, day, run.latest_available)
    return _answer(request, account, run, said, form, tag)


def _answer(request: Request, account: Account, run: StoredRun, said: Said | None, form: str, tag: str) -> Response:
    if form == "json":
        return answer(request, shown_list(account.username, run, said), tag)
    name = f"today-{account.username}-{run.date}.{form}"
    if form == "jspf":
        return file_answer(request, jspf(account.username, account.id, run), JSPF, name, tag)
    return file_answer(request, m3u(account.username, run), f"{M3U}; charset=utf-8", name, tag)
