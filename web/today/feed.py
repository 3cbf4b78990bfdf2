"""/today/<username>/feed.atom: the newest lists, with their songs, for feed readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from starlette.requests import Request
from starlette.responses import Response

from db.lists.recommendations import ListName
from insights.answers.reading import reading
from insights.answers.values import moment
from insights.recommendations import ListedRun, NoRun, RecommendedTrack, latest_runs, recommendations
from people.accounts import Account
from web.handlers.params import asked_account, parameters
from web.http.origin import own_origin
from web.languages.reasons import reason
from web.lists.list_request import MOST, QUESTION, moment_of, named_list
from web.lists.names import NAMES
from web.lists.shapes import artists_of, list_id
from web.pages.languages import _
from web.pages.xml import feed_answer
from web.today.asked_list import Asked
from web.today.other_lists import date_text

NEWEST = 7


@dataclass(frozen=True, slots=True)
class Entry:
    """A list; each of the `songs` has a name and a reason."""

    id: str
    title: str
    address: str
    updated: str
    songs: Sequence[tuple[str, str]]


def feed(request: Request) -> Response:
    """The newest seven dates of one list, by default the daily one; the newest first."""
    name = named_list(parameters(request, "list"))
    with reading():
        account = asked_account(request, QUESTION)
        now = moment_of(request, account)
        asked = Asked(request, account, now, now.listening_day, name)
        entries = [_entry(asked, run) for run in latest_runs([account.id], {name: NEWEST})]
    values = {
        "entries": entries,
        "id": _id(account, name),
        "title": f"{_(NAMES[name])} · {account.display_name or account.username}",
        "updated": entries[0].updated if entries else moment(account.created_at),
        "here": own_origin(request) + asked.feed,
        "page": own_origin(request) + asked.address_of(name),
    }
    return feed_answer(request, "today_feed.xml", values)


def _entry(asked: Asked, run: ListedRun) -> Entry:
    stored = recommendations(run.account_id, run.date, MOST, list_name=run.list_name)
    items = () if isinstance(stored, NoRun) else stored.items
    return Entry(
        list_id(run.account_id, run.date, run.list_name).urn,
        date_text(run.list_name, run.date),
        own_origin(asked.request) + asked.address_of_list(run.date),
        moment(run.as_of),
        [(_song(item), reason(item.reason)) for item in items],
    )


def _song(item: RecommendedTrack) -> str:
    return ": ".join(filter(None, (artists_of(item.track), item.track.name or item.track.uri)))


def _id(account: Account, name: ListName) -> str:
    """The id of the feed, which never changes, whatever the address of the service."""
    return uuid5(NAMESPACE_URL, f"insight:{moment(account.created_at)}:{account.username}:list:{name}").urn
