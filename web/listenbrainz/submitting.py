"""POST /1/submit-listens: the plays that a player submits, and the track that it is playing now."""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, Raw
from starlette.requests import Request
from starlette.responses import Response

from collect.exports.rows.future_rows import MARGIN
from collect.exports.rows.row_fields import Malformed, TooLittle
from collect.submissions.fields_of_listen import MOST_BYTES
from collect.submissions.listens import read_announced, read_submitted
from collect.submissions.submission import MOST_LISTENS, NotJson, read_submission
from collect.submissions.submitting import PAUSED, announce, submit_listens
from db.submissions.plays import SubmittedListen
from web.answer_types.listenbrainz import RefusedListen
from web.answer_types.submissions import ListensTaken
from web.handlers.params import parameters
from web.http.answers import plain_answer
from web.http.errors import Problem
from web.http.services import services
from web.listenbrainz.asking import count_player
from web.visitors.visitor import SUBMIT, visitor

MOST_BODY = MOST_LISTENS * MOST_BYTES
TYPES = ("single", "import", "playing_now")
ANONYMOUS = "Send `Authorization: Token` with a token that has the scope `submit`."
NO_SCOPE = "This token may not submit plays: it needs the scope `submit`."
NOT_JSON = "This is not JSON: send one object, in UTF-8."
Checked = tuple[str, Sequence[Raw]]  # the type of the listens, and each as it was sent


def check_submitter(request: Request) -> None:
    """Allow only tokens with the scope `submit`. Raises Problem 401, 403 and 429."""
    count_player(request)
    submitter(request)


def submitter(request: Request) -> int:
    """The account whose token is presented. Raises Problem 401 and 403."""
    who = visitor(request)
    if who.via != "token" or who.account_id is None:
        raise Problem(401, ANONYMOUS, headers={"WWW-Authenticate": "Bearer"})
    if SUBMIT not in who.scopes:
        raise Problem(403, NO_SCOPE)
    return who.account_id


def submit(body: bytes, request: Request) -> Response:
    """Store the listens that are plays; the answer says why others are none. Raises Problem 400.

    Plays from a time when collecting was paused are refused, too, but without an error, or players would try again.
    """
    parameters(request)
    account_id, (listen_type, payload), now = submitter(request), _submission(body), services(request).now()
    if listen_type == "playing_now":
        return _announced(request, account_id, payload[0])
    listens, refused = dict[int, SubmittedListen](), list[RefusedListen]()
    for index, sent in enumerate(payload):
        try:
            listens[index] = read_submitted(sent, now + MARGIN)
        except (Malformed, TooLittle) as error:
            refused.append(RefusedListen(index, str(error)))
    if not listens:
        raise _all_refused(refused)
    paused = submit_listens(account_id, list(listens.values()), is_import=listen_type == "import").paused
    refused += [RefusedListen(index, PAUSED) for place, index in enumerate(listens) if place in paused]
    return plain_answer(ListensTaken("ok", sorted(refused, key=lambda each: each.index) or UNSET))


def _announced(request: Request, account_id: int, sent: Raw) -> Response:
    try:
        listen = read_announced(sent)
    except (Malformed, TooLittle) as error:
        raise _all_refused([RefusedListen(0, str(error))]) from error
    announce(account_id, listen, services(request).now())
    return plain_answer(ListensTaken("ok"))


def _submission(body: bytes) -> Checked:
    """The submission, whatever its Content-Type: some clients send none. Raises Problem."""
    try:
        sent = read_submission(body)
    except NotJson as error:
        raise Problem(400, NOT_JSON) from error
    if sent.listen_type not in TYPES:
        raise Problem(400, f"`listen_type` must be one of {', '.join(TYPES)}.")
    if sent.payload is None or not 1 <= len(sent.payload) <= MOST_LISTENS:
        raise Problem(400, f"`payload` must be a list of 1 to {MOST_LISTENS:,} listens.")
    if sent.listen_type != "import" and len(sent.payload) > 1:
        raise Problem(400, f"`payload` must have exactly one listen if `listen_type` is {sent.listen_type}.")
    return sent.listen_type, sent.payload


def _all_refused(refused: Sequence[RefusedListen]) -> Problem:
    return Problem(400, f"This is not a play: {refused[0].reason}.", refused=msgspec.to_builtins(refused))
