"""/today/<username>: the page of a day's recommendations, with reasons, and buttons for feedback."""

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
from web.http.answers import not_modified
from web.http.services import services
from web.lists.list_request import (
    FORMATS,
    MOST,
    QUESTION,
    Moment,
    day_of_list,
    is_own,
    moment_of,
    verbs_by_target,
    why_no_list,
)
from web.lists.status import status_text
from web.pages.frame import page, page_tag
from web.pages.refusals import for_people
from web.pages.today_shown import likeness, sections, silence
from web.visitors.visitor import SHARE, visitor


@for_people
def today(request: Request) -> Response:
    requested = a_date(parameters(request, "date"), "date")
    with reading():
        account = asked_account(request, QUESTION)
        moment, own = moment_of(request, account), is_own(request, account)
        day = day_of_list(requested, moment)
        silent = unanswering(moment.now) if day == moment.listening_day else []
        tag = page_tag(request, [account], day, moment.listening_day, own, moment.today, silent)
        if unchanged := not_modified(request, tag):
            return unchanged
        run, around = recommendations(account.id, day, MOST), dates_around(account.id, day)
        feedback = verbs_by_target(verdicts(account.id, moment.now)) if own else None
    shown = _day(request, account, day, moment, around)
    if isinstance(run, NoRun):
        why = why_no_list(account.username, day, run.latest_available)
        missing = {"remark": why, "silence": (), "sections": None}
        return page(request, "today.html", {**shown, **missing}, status=404, about=account)
    songs = {
        "remark": "" if run.status == "ok" else status_text(run),
        "silence": silence(silent, account.zones.at(moment.now)) if run.status == "degraded" else (),
        "sections": sections(run, feedback),
        "likeness": likeness(run),
    }
    return page(request, "today.html", {**shown, **songs}, tag=tag, about=account)


def _day(
    request: Request, account: Account, day: date, moment: Moment, around: tuple[date | None, date | None]
) -> dict[str, object]:
    """What the page shows whatever is on the list, and its links to other days."""
    before, after = around
    return {
        "account": account,
        "day": day,
        "is_today": day == moment.listening_day,
        "is_own": visitor(request).is_owner(account),  # a program has no use for buttons
        "before": before and _url(request, account, "today", date=before),
        "after": after and _url(request, account, "today", date=after),
        "formats": [(form, _url(request, account, QUESTION, date=day, format=form)) for form in reversed(FORMATS)],
    }


def _url(request: Request, account: Account, word: str, **query: object) -> str:
    """With the secret of the link that the reader followed, if any."""
    shared = request.query_params.get(SHARE)
    values = urlencode({**query, **({SHARE: shared} if shared else {})})
    return f"{services(request).base_path}/{word}/{account.username}?{values}"
