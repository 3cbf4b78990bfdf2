"""/today/<username>: what a listener opens in the morning: the list of a date, with reasons, and a word on each."""

from datetime import date
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from db.lists.feedback import verdicts
from insights.answers.reading import reading
from insights.recommendations import NoRun, dates_around, recommendations
from insights.service.unanswering import unanswering
from people.accounts import Account
from web.handlers.params import a_date, asked_account, parameters
from web.handlers.refusals_for_people import for_people
from web.http.answers import HTML, answer, not_modified
from web.http.consent_redirect import NO_STORE
from web.http.etags import etag
from web.http.services import services
from web.http.templates import render
from web.lists.list_request import FORMATS, MOST, QUESTION, Moment, asked_day, is_own, moment_of, said_in, why_no_list
from web.lists.status import status_text
from web.pages.today_shown import likeness, sections, silence
from web.visitors.csrf import csrf_token
from web.visitors.visitor import SHARE, visitor


@for_people
def today(request: Request) -> Response:
    asked = a_date(parameters(request, "date"), "date")
    with reading():
        account = asked_account(request, QUESTION)
        moment, own = moment_of(request, account), is_own(request, account)
        day = asked_day(asked, moment)
        silent = unanswering(moment.now) if day == moment.listening_day else []
        shared = request.query_params.get(SHARE)
        tag = etag(
            request, [account], day, moment.listening_day, own, moment.today, csrf_token(request), shared, silent
        )
        if unchanged := not_modified(request, tag):
            return unchanged
        run, around = recommendations(account.id, day, MOST), dates_around(account.id, day)
        said = said_in(verdicts(account.id, moment.now)) if own else None
    frame = _frame(request, account, day, moment, around)
    if isinstance(run, NoRun):
        why = why_no_list(account.username, day, run.latest_available)
        return Response(render("today.html", status=why, silence=(), sections=None, **frame), 404, NO_STORE, HTML)
    status = "" if run.status == "ok" else status_text(run)
    unsaid = silence(silent, account.zones.at(moment.now)) if run.status == "degraded" else ()
    page = render(
        "today.html", status=status, silence=unsaid, sections=sections(run, said), likeness=likeness(run), **frame
    )
    return answer(request, page, tag)


def _frame(
    request: Request, account: Account, day: date, moment: Moment, around: tuple[date | None, date | None]
) -> dict[str, object]:
    """What the page says whatever is on the list, and where to go on from there."""
    known, who, (before, after) = services(request), visitor(request), around
    return {
        "account": account,
        "day": day,
        "is_today": day == moment.listening_day,
        "before": before and _way(request, account, "today", date=before),
        "after": after and _way(request, account, "today", date=after),
        "formats": [(form, _way(request, account, QUESTION, date=day, format=form)) for form in reversed(FORMATS)],
        "signed_in_as": who.username if who.via == "session" else None,
        "csrf": csrf_token(request) if who.is_owner(account) else "",
        "version": known.version,
        "base_path": known.base_path,
    }


def _way(request: Request, account: Account, word: str, **query: object) -> str:
    """A link that was shared leads on with itself."""
    shared = request.query_params.get(SHARE)
    asked = urlencode({**query, **({SHARE: shared} if shared else {})})
    return f"{services(request).base_path}/{word}/{account.username}?{asked}"
