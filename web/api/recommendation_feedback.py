"""/recommendation-feedback: give feedback on a track, an artist or an album, and read the feedback in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from db.lists.feedback import TARGETS, VERBS, Target, Verb, Verdict, forget_verdict, set_verdict, verdicts
from insights.answers.reading import reading
from insights.answers.values import moment
from insights.items.feedback_targets import feedback_target_id
from people.accounts import Account, find_account
from web.answer_types.feedback import Feedback, Said
from web.answer_types.feedback import Verdict as ShownVerdict
from web.answer_types.values import maybe_moment
from web.handlers.forms import Form, fields
from web.handlers.params import a_date, asked_account, one_of, parameters, whole_number
from web.http.answers import answer, not_modified, plain_answer
from web.http.consent_redirect import NO_STORE
from web.http.errors import REFUSALS, Problem, bad_parameter, no_account
from web.http.etags import etag
from web.http.services import services
from web.lists.list_request import MOST, QUESTION, Moment, is_own, moment_of, named_list
from web.pages.refusals import refusal
from web.questions.question_request import an_id
from web.visitors.visitor import SUBMIT, visitor

FORGET, NOT_NOW = "forget", "not_now"
DAYS, MOST_DAYS = 30, 3660
PAGE = ("date", "rank", "list")  # the place on the page /today from which a form was sent: the answer leads back there
NOBODY = "Sign in, or send a token with the scope `submit`."
NOT_BY_THIS = "Only the listener, signed in or with a token that has the scope `submit`, may do this."
BEARER = {"WWW-Authenticate": "Bearer"}


@dataclass(frozen=True, slots=True)
class _Change:
    """`verb` is None if a verdict is withdrawn."""

    target: Target
    id: int
    verb: Verb | None
    until: datetime | None


def user_feedback(request: Request) -> Response:
    """The verdicts in force, for the listener and their programs only."""
    parameters(request)
    with reading():
        account = asked_account(request, QUESTION)
        if not is_own(request, account):
            raise no_account(account.username)
        moment = moment_of(request, account)
        tag = etag(request, [account], moment.today)
        if unchanged := not_modified(request, tag):
            return unchanged
        in_force = verdicts(account.id, moment.now)
    return answer(request, Feedback(account.username, list(map(_shown, in_force))), tag)


def give_feedback(request: Request, form: Form) -> Response:
    """The feedback in force. A form of the page leads back to that page, which also shows errors."""
    is_of_page = PAGE[0] in form
    try:
        return _changed(request, form)
    except REFUSALS as error:
        if not is_of_page:
            raise
        return refusal(request, error)


def _changed(request: Request, form: Form) -> Response:
    parameters(request)
    account_id, username = _listener(request)
    values = fields(_as_text(form), *TARGETS, "verb", "until", *PAGE)
    with reading():
        account = find_account(username)
        if account is None:
            raise no_account(username)
        moment = moment_of(request, account)
        change = _change(values, account, moment)
        if change.verb is None:
            forget_verdict(account_id, change.target, change.id)
        else:
            set_verdict(account_id, change.target, change.id, change.verb, change.until)
    if PAGE[0] in values:
        return _back(request, username, values)
    return plain_answer(_now(change))


def _listener(request: Request) -> tuple[int, str]:
    """The listener who gives the feedback. Raises Problem 401 and 403."""
    who = visitor(request)
    if who.via == "nobody":
        raise Problem(401, NOBODY, headers=BEARER)
    may_speak = who.via == "session" or (who.via == "token" and SUBMIT in who.scopes)
    if not may_speak or who.account_id is None or who.username is None:
        raise Problem(403, NOT_BY_THIS)
    return who.account_id, who.username


def _as_text(form: Form) -> Form:
    """The form with all ids as text; in JSON they are numbers."""
    return {name: str(value) if type(value) is int else value for name, value in form.items()}


def _change(values: dict[str, str], account: Account, moment: Moment) -> _Change:
    target = _target(values)
    verb = one_of(values, "verb", (*VERBS, FORGET))
    if verb is None:
        raise bad_parameter("verb", f"is missing: it must be one of {', '.join((*VERBS, FORGET))}")
    if "until" in values and verb != NOT_NOW:
        raise bad_parameter("until", f"must be left out unless the verb is {NOT_NOW}")
    until = _until(a_date(values, "until"), account, moment) if verb == NOT_NOW else None
    target_id = feedback_target_id(account.id, target, an_id(values[target], target))
    if target_id is None:
        raise Problem(404, f"There is no {target} {values[target]!r}: lists and rankings show ids.", parameter=target)
    verdict = next((each for each in VERBS if each == verb), None)
    return _Change(target, target_id, verdict, until)


def _target(values: Mapping[str, str]) -> Target:
    targets = [target for target in TARGETS if target in values]
    if len(targets) != 1:
        raise Problem(400, f"Give exactly one of {', '.join(f'`{target}`' for target in TARGETS)}: an id.")
    return targets[0]


def _until(day: date | None, account: Account, moment: Moment) -> datetime:
    """The beginning of that date where the listener lives."""
    day = day or moment.today + timedelta(days=DAYS)
    if not moment.today < day <= moment.today + timedelta(days=MOST_DAYS):
        raise bad_parameter("until", f"must be a date after {moment.today}, within the next ten years")
    return account.zones.start_of(day)


def _back(request: Request, username: str, values: dict[str, str]) -> Response:
    day, rank = a_date(values, "date"), whole_number(values, "rank", 1, MOST, 1)
    name = named_list(values)
    query = f"date={day}" if name == "daily" else f"list={name}&date={day}"
    return RedirectResponse(f"{services(request).base_path}/today/{username}?{query}#{rank}", 303, NO_STORE)


def _now(change: _Change) -> Said:
    """The feedback in force, next to the track, artist or album that it is about."""
    target: dict[str, int] = {change.target: change.id}
    return Said(**target, verb=change.verb, until=maybe_moment(change.until))


def _shown(verdict: Verdict) -> ShownVerdict:
    ids = (verdict.track_id, verdict.artist_id, verdict.album_id)
    return ShownVerdict(
        kind=verdict.target,
        id=next(number for number in ids if number is not None),
        name=verdict.name,
        artist=verdict.artist,
        verb=verdict.verb,
        until=maybe_moment(verdict.until),
        at=moment(verdict.at),
    )
