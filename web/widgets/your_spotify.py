"""/spotify/…: three totals in the formats of your_spotify, for its widgets, such as Homepage's.

A widget puts its token into the address, and proxies log addresses. So such a token reads these totals and nothing
else, and they are about whole days that are over: nobody who finds one learns at what time something was played.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from db.people.api_tokens import WIDGET
from db.sums import summed_periods
from insights.answers.periods import BEGINNING, Period
from insights.answers.reading import reading
from insights.plays.scope import Scope
from insights.questions.totals import Totals, totals
from people.accounts import Account, find_account
from people.days import local_date
from web.answer_types.widgets import WidgetArtist, WidgetArtists, WidgetCount, WidgetSongs
from web.handlers.params import a_moment, one_of, parameters
from web.http.answers import answer, not_modified
from web.http.errors import Problem
from web.http.etags import etag
from web.http.services import services
from web.languages.sentences import Sentence
from web.listenbrainz.asking import count_player
from web.server.thread_pool import Handler
from web.visitors.visitor import BEARER, visitor

SPLITS: tuple[Literal["all"]] = ("all",)
TAKES = ("start", "end", "timeSplit")
UNIDENTIFIED = Sentence("This needs a token with the scope `widget`, as `token` in the address.")
NO_SCOPE = Sentence("This token may not read totals: it needs the scope `widget`.")
Shape = Callable[[Totals], msgspec.Struct]


def songs(heard: Totals) -> WidgetSongs:
    return WidgetSongs(None, heard.plays, heard.tracks)


def time(heard: Totals) -> WidgetCount:
    return WidgetCount(None, heard.ms_played)


def artists(heard: Totals) -> WidgetArtists:
    """As many nameless artists as were heard, because widgets count them."""
    return WidgetArtists(None, [WidgetArtist()] * heard.artists, heard.artists)


def _answer(shape: Shape, request: Request) -> Response:
    query = parameters(request, *TAKES)
    one_of(query, "timeSplit", SPLITS)
    bounds = a_moment(query, "start"), a_moment(query, "end")
    count_player(request)
    with reading():
        account = _own_account(request)
        heard = totals(_scope(request, account, *bounds)).totals
    # The tag depends on the totals only: the version of the data changes with every play.
    body = msgspec.json.encode([shape(heard)] if heard.plays else [])
    tag = etag(request, [], body)
    return not_modified(request, tag) or answer(request, body, tag)


def _own_account(request: Request) -> Account:
    """The account of the token. Raises Problem 401, 403."""
    who = visitor(request)
    if who.via != "token" or who.username is None:
        raise Problem(401, UNIDENTIFIED, headers=BEARER)
    account = find_account(who.username)
    if account is None or not (who.scopes == {WIDGET} or who.may_read(account, "totals")):
        raise Problem(403, NO_SCOPE)
    return account


def _scope(request: Request, account: Account, first: date | datetime | None, end: date | datetime | None) -> Scope:
    """The plays from the day of `first` until the day of `end` or today begins."""
    app = services(request)
    today = local_date(account.zones, app.now())
    last = min(today, _day(account, end) or today)
    period = Period(None, _beginning(account, _day(account, first)), account.zones.start_of(last))
    return Scope(account.id, account.zones, period, week_starts=app.week_starts, summed=summed_periods(account.id))


def _day(account: Account, moment: date | datetime | None) -> date | None:
    return local_date(account.zones, moment) if isinstance(moment, datetime) else moment


def _beginning(account: Account, day: date | None) -> datetime:
    return BEGINNING if day is None else account.zones.start_of(day)


SHAPES: Mapping[str, Shape] = {"songs_per": songs, "time_per": time, "different_artists_per": artists}
YOUR_SPOTIFY: Mapping[str, Handler] = {f"/spotify/{name}": partial(_answer, shape) for name, shape in SHAPES.items()}
