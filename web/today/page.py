"""/today/<username>: the page of a list of recommendations, with reasons, feedback, and an archive of other dates."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from db.lists.feedback import verdicts
from insights.answers.reading import reading
from insights.list_dates import ListDates, list_dates, newest_dates
from insights.recommendations import NoRun, StoredRun, recommendations
from insights.service.unanswering import Unanswering, unanswering
from recommend.listening.candidates import DISCOVERY
from web.handlers.params import a_date, asked_account, parameters
from web.http.answers import not_modified
from web.http.services import services
from web.lists.list_request import (
    FORMATS,
    MOST,
    QUESTION,
    VerbsByTarget,
    day_of_list,
    is_own,
    moment_of,
    named_list,
    verbs_by_target,
)
from web.lists.missing_sources import missing_sources
from web.lists.names import why_no_list
from web.lists.status import status_text
from web.pages.frame import page, page_tag
from web.pages.languages import gettext
from web.pages.refusals import for_people
from web.today.archive import archive
from web.today.asked_list import Asked
from web.today.last_month import QUALITY, last_month
from web.today.other_lists import EMPTY, SHOWN, date_text, dated, tabs
from web.today.playlist import playlist_address
from web.today.shown import PageOf, likeness, sections, silence, without_first


@for_people
def today(request: Request) -> Response:
    query = parameters(request, "list", "date")
    requested, name = a_date(query, "date"), named_list(query)
    with reading():
        account = asked_account(request, QUESTION)
        moment = moment_of(request, account)
        asked = Asked(request, account, moment, day_of_list(requested, moment, name), name)
        silent = unanswering(moment.now) if asked.is_today else []
        playlist = playlist_address(account.id, asked.day) if asked.may_respond and asked.is_daily else None
        tag = _tag(asked, silent, playlist)
        if unchanged := not_modified(request, tag):
            return unchanged
        run = recommendations(account.id, asked.day, MOST, list_name=name)
        dates = list_dates(account.id, asked.day, name)
        lists = tabs(asked)
        newest = () if asked.is_daily else newest_dates(account.id, name, SHOWN)
        feedback = verbs_by_target(verdicts(account.id, moment.now)) if is_own(request, account) else None
        quality = last_month(account.id, moment) if asked.is_daily and asked.may_ask(QUALITY) else ""
    shown = _of_every_list(asked, dates) | {"dated": dated(asked, newest), "tabs": lists}
    if isinstance(run, NoRun):
        return _without_list(asked, run, shown)
    songs = _songs(asked, run, feedback, silent) | {"quality": quality, "playlist": playlist}
    return page(request, "today.html", shown | songs, tag=tag, about=account)


def _tag(asked: Asked, silent: Sequence[Unanswering], playlist: str | None) -> str:
    own, moment = is_own(asked.request, asked.account), asked.moment
    return page_tag(
        asked.request,
        [asked.account],
        asked.list_name,
        asked.day,
        moment.listening_day,
        own,
        moment.today,
        silent,
        playlist,
    )


def _without_list(asked: Asked, run: NoRun, shown: dict[str, object]) -> Response:
    why = why_no_list(asked.list_name, asked.account.username, asked.day, run.latest_available, gettext)
    missing = {"remark": why, "silence": (), "sections": None, "lead": None, "missing_sources": ()}
    return page(asked.request, "today.html", shown | missing, status=404, about=asked.account)


def _songs(
    asked: Asked, run: StoredRun, feedback: VerbsByTarget | None, silent: Sequence[Unanswering]
) -> dict[str, object]:
    by_kind = sections(run, feedback, _page_of(asked))
    time_zone = asked.account.zones.at(asked.moment.now)
    return {
        "remark": "" if run.status == "ok" else status_text(run, gettext),
        "silence": silence(silent, time_zone) if run.status == "degraded" else (),
        "count": len(run.items),
        "has_wild_cards": any(item.exploring for item in run.items),
        "lead": by_kind[0].items[0] if by_kind else None,
        "lead_kind": by_kind[0] if by_kind else None,
        "sections": without_first(by_kind) if by_kind else [],
        "likeness": likeness(run),
        "missing_sources": missing_sources(run, gettext) if asked.may_respond and not _has_news(run) else (),
    }


def _has_news(run: StoredRun) -> bool:
    """Whether there is a song that the listener does not know."""
    return any(item.kind in DISCOVERY for item in run.items)


def _page_of(asked: Asked) -> PageOf | None:
    """The addresses of items' pages; None if the reader may not see them."""
    if not (asked.may_ask("track") and asked.may_ask("artist")):
        return None
    return lambda kind, number: asked.address(f"{kind}/{number}")


def _of_every_list(asked: Asked, dates: ListDates) -> dict[str, object]:
    """The values that do not depend on what is on the list, such as links to other days."""
    return {
        "account": asked.account,
        "day": asked.day,
        "list_name": asked.list_name,
        "date_text": date_text(asked.list_name, asked.day),
        "empty": gettext(EMPTY[asked.list_name]),
        "is_today": asked.is_today,
        "is_own": asked.may_respond,
        "archive": archive(asked.day, dates, asked.address_of_list, services(asked.request).week_starts),
        "quality_page": asked.address(QUALITY, days=30) if asked.is_daily and asked.may_ask(QUALITY) else None,
        "formats": [(form, _download(asked, form)) for form in reversed(FORMATS)],
        "feed": asked.feed,
    }


def _download(asked: Asked, form: str) -> str:
    of_list = {} if asked.is_daily else {"list": asked.list_name}
    return asked.address(QUESTION, **of_list, date=asked.day, format=form)
