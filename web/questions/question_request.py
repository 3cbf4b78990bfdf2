"""The request of every question about listening, and its answer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from db.account_changes.time_zones import time_zones
from db.engine.streaming import snapshot
from insights.answers import parameters
from insights.answers.periods import ALL, BEGINNING, END, NotAPeriod, Period, bounded_period, named_period
from insights.answers.so_far import compared_so_far
from insights.answers.sums_only import sums_of
from insights.items.lookup import tracks_of
from insights.plays.scope import SPOTIFY_COUNTS, Scope
from insights.question import ITEMS, TRAITS, Question, members
from insights.shown.completeness import shown_completeness
from insights.traits.filters import tracks_with
from people.accounts import Account
from people.days import Zones, local_date
from web.answer_types.values import maybe_moment
from web.handlers.params import PERIODS, a_moment, asked_account, bounds_of, whole_number
from web.http.answers import not_modified
from web.http.errors import bad_parameter
from web.http.etags import etag
from web.http.services import services
from web.languages.sentences import Sentence
from web.questions.completeness import completeness_wanted, this_minute
from web.questions.formats import Format
from web.visitors.credentials import SHARE
from web.visitors.link_scope import allowed, shown_period
from web.visitors.visitor import Visitor, visitor

A_ZONE = Sentence("must be the name of a time zone, such as Europe/Berlin or UTC")
EITHER = Sentence("cannot be combined with `from` or `to`: a period has either a name or bounds")
AN_ID = {
    "artist": Sentence("must be the id of a known artist, ours or Spotify's; rankings show them"),
    "album": Sentence("must be the id of a known album, ours or Spotify's; rankings show them"),
    "track": Sentence("must be the id of a known track, ours or Spotify's; rankings show them"),
}
MOST_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class ParsedRequest:
    """A parsed question.

    `now` is rounded down to the minute, so that ETags can depend on it; with totals only, it is when today began.
    """

    account: Account
    query: dict[str, str]
    scope: Scope
    now: datetime
    visitor: Visitor
    others: tuple[Account, ...] = ()

    @property
    def period(self) -> Period:
        return self.scope.period

    @contextmanager
    def with_sums(self) -> Iterator["ParsedRequest"]:
        """The same, to be computed with sums if there are any: within the block, in which sums and plays are those of
        one moment. A query, and a transaction.
        """
        with snapshot():
            yield replace(self, scope=self.scope.with_sums())


Compute = Callable[[ParsedRequest], msgspec.Struct]


def tag_of(request: Request, parsed: ParsedRequest, form: str, clock: object) -> str:
    """The ETag of an answer; `clock` is the part of the time on which it depends. Completeness depends on minutes."""
    minute = [parsed.now] if completeness_wanted(parsed.query) else []
    # Two visitors who may see different things of an account never share a tag.
    reads_all = parsed.visitor.reads_all_of(parsed.account)
    accounts, query_items = [parsed.account, *parsed.others], sorted((parsed.query | _link(request, parsed)).items())
    period = parsed.period
    bounds = (period.name, period.start, period.end, *(period.before or ()))
    return etag(request, accounts, *bounds, parsed.scope.week_starts, form, reads_all, *query_items, clock, *minute)


def page_address(request: Request, parsed: ParsedRequest, cursor: str) -> str:
    """The path and query of another page of the same question.

    It is relative to this server: a client that comes through an unknown proxy stays at the address that it knows, and
    never sends a token over plain HTTP because we mistook its scheme.
    """
    query_string = urlencode({**parsed.query, "cursor": cursor, **_link(request, parsed)})
    return f"{services(request).base_path}{request.scope['path']}?{query_string}"


def _link(request: Request, parsed: ParsedRequest) -> dict[str, str]:
    """The share link through which the question was asked, if any."""
    return {SHARE: request.query_params[SHARE]} if parsed.visitor.via == "link" else {}


def whole(parsed: ParsedRequest, names: Sequence[str], own: Mapping[str, object]) -> dict[str, object]:
    """An answer: the shared first members, its own members, and the completeness of the period if requested."""
    return {**head(parsed, names), **own, **(_completeness(parsed) if "completeness" in names else {})}


def restricted(request: Request, parsed: ParsedRequest, question: Question, compute: Compute, form: Format) -> Response:
    """For a link that shows less. The ETag depends only on what is shown, not on anything else that is stored."""
    if parsed.visitor.sums_only:
        form = form.of_sums(parsed.query)
    with parsed.with_sums() as summed:
        body = restricted_body(parsed, question, compute(summed))
    tag = etag(request, [], msgspec.json.encode(body), form.name)
    return not_modified(request, tag) or form.answer(request, body, tag)


def restricted_body(parsed: ParsedRequest, question: Question, answer: msgspec.Struct) -> dict[str, object]:
    if not parsed.visitor.sums_only:
        return whole(parsed, question.takes, members(answer))
    return _sums(parsed, question, members(sums_of(answer)) if question.sums_only else {})


def _sums(parsed: ParsedRequest, question: Question, sums: Mapping[str, object]) -> dict[str, object]:
    """What a link with totals only shows of an answer: without the time zone and the bounds of the period."""
    first = {name: member for name, member in head(parsed, question.takes).items() if name != "time_zone"}
    if "period" in first:
        first["period"] = {"name": parsed.period.name}
    return {**first, **sums}


def _completeness(parsed: ParsedRequest) -> dict[str, object]:
    if not completeness_wanted(parsed.query):
        return {}
    return {"completeness": shown_completeness(parsed.account.id, parsed.period.start, parsed.period.end, parsed.now)}


def parsed_request(
    request: Request,
    query: dict[str, str],
    default_period: str = "all",
    *,
    takes_period: bool = True,
    min_seconds: int = SPOTIFY_COUNTS,
) -> ParsedRequest:
    """Needs an open connection. Raises Problem."""
    account = asked_account(request, takes_period=takes_period)
    who = visitor(request)
    query = allowed(who, query)
    now = this_minute(request)
    zones, weeks = _zones(query, account.zones), services(request).week_starts
    midnight = _midnight(zones, now) if who.is_restricted else now  # only links need it
    now = midnight if who.sums_only else now
    period = compared_so_far(_period(query, default_period, zones, now, weeks), zones, now)
    if who.is_restricted:
        period = shown_period(who, period, midnight)
    seconds = (
        whole_number(query, "min_seconds", 0, MOST_SECONDS, min_seconds) if "min_seconds" in query else min_seconds
    )
    tracks = _track_ids(query, account.id, period if who.is_restricted else None)
    return ParsedRequest(account, query, Scope(account.id, zones, period, seconds, tracks, weeks), now, who)


def head(parsed: ParsedRequest, names: Sequence[str]) -> dict[str, object]:
    """The first members of every answer; `names` are the parameters that the question takes."""
    members: dict[str, object] = {
        "username": parsed.account.username,
        "time_zone": parsed.scope.zones.at(min(parsed.now, parsed.period.end)),
    }
    if "period" in names:
        members["period"] = period_shape(parsed.period)
    return members | ({"min_seconds": parsed.scope.min_seconds} if "min_seconds" in names else {})


def period_shape(period: Period) -> dict[str, object]:
    """The period of an answer; a bound that was not asked for is null."""
    return {
        "name": period.name,
        "start": maybe_moment(period.start if period.start != BEGINNING else None),
        "end": maybe_moment(period.end if period.end != END else None),
    }


def _midnight(zones: Zones, now: datetime) -> datetime:
    """When today began."""
    return zones.start_of(local_date(zones, now)).astimezone(UTC)


def _zones(query: dict[str, str], own: Zones) -> Zones:
    name = query.get("tz")
    if name is None:
        return own
    if name not in time_zones():
        raise bad_parameter("tz", A_ZONE)
    return Zones(((BEGINNING, name),))


def _period(query: dict[str, str], default_period: str, zones: Zones, now: datetime, week_starts: str) -> Period:
    name, beginning, ending = query.get("period"), a_moment(query, "from"), a_moment(query, "to")
    if name is not None and (beginning or ending):
        raise bad_parameter("period", EITHER)
    if name is None and (beginning or ending):
        return bounded_period(*bounds_of(beginning, ending, zones))
    try:
        name = name or default_period
        return ALL if name == ALL.name else named_period(name, zones, local_date(zones, now), week_starts)
    except NotAPeriod as error:
        raise bad_parameter("period", PERIODS) from error


def _track_ids(query: dict[str, str], account_id: int, within: Period | None) -> tuple[int, ...] | None:
    """The tracks that match `artist=`, `album=`, `track=`, `genre=` and `decade=`; None if none of these is given.

    `within` is the only period that a restricted link may reveal: what was not heard in it matches no track, so that
    nothing tells whether it was heard before, after or today. Raises Problem.
    """
    wanted = [_of_item(query[kind], account_id, kind, within) for kind in ITEMS if kind in query]
    wanted += [_with_trait(query[trait], account_id, trait, within) for trait in TRAITS if trait in query]
    return tuple(sorted(set.intersection(*map(set, wanted)))) if wanted else None


def _of_item(value: str, account_id: int, kind: str, within: Period | None) -> list[int]:
    tracks = tracks_of(account_id, kind, an_id(value, kind), within)
    if tracks is None and within is None:
        raise bad_parameter(kind, AN_ID[kind])
    return tracks or []


def _with_trait(value: str, account_id: int, trait: str, within: Period | None) -> list[int]:
    """The tracks with a genre or of a decade. To have none is no error, because traits may not be known yet."""
    try:
        return tracks_with(account_id, trait, value, within)
    except parameters.BadParameter as error:
        raise bad_parameter(error.name, error.sentence) from error


def an_id(value: str, name: str) -> int | str:
    """Our number of a track, artist or album, or its id at Spotify. Raises Problem."""
    try:
        return parameters.an_id(name, value)
    except parameters.BadParameter as error:
        raise bad_parameter(error.name, error.sentence) from error
