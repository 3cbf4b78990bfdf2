"""Answers that the operations for ListenBrainz' clients share, in its formats."""

from collections.abc import Mapping

from web.answer_types.listenbrainz import ListenBrainzError
from web.openapi.components.headers import CACHED, LATER, NOT_KEPT, PLAYER_LIMITS, WHICH_TOKEN
from web.openapi.components.operation import JSON, Answer, Content
from web.openapi.components.problems import WRONG_PARAMETER
from web.openapi.components.schemas import Schema

NO_ACCOUNT_HERE = "There is no account 'mallory' that you may read; /users lists those that you may."
NO_DATABASE = "The database cannot be reached now; try again."


def refusal(status: int, description: str, sentence: str, headers: Mapping[str, Schema] | None = None) -> Answer:
    return Answer(description, {JSON: Content(ListenBrainzError(status, sentence))}, headers or {})


def refusals(not_there: str, not_there_for_example: str) -> Mapping[int, Answer]:
    """The refusals at an address about an account, or about something of an account."""
    return {
        400: refusal(400, WRONG_PARAMETER, "`count` must be a whole number from 1 to 1000."),
        401: refusal(
            401, "Invalid, expired or revoked token.", "Invalid, expired or revoked token.", WHICH_TOKEN
        ),
        404: refusal(404, not_there, not_there_for_example),
        421: refusal(
            421, "The Host header names a host that this service does not serve.",
            "This service does not answer under this name; ALLOWED_HOSTS can allow it.",
        ),
        429: refusal(
            429, "Too many requests, or too many invalid tokens.",
            "This was tried 300 times within a minute: try again in 41 s.", {**LATER, **PLAYER_LIMITS},
        ),
        500: refusal(
            500, "A fault of the service; its log has the details.",
            "This is a fault of the service, not of the request; its log says what happened.",
        ),
        503: refusal(503, NO_DATABASE, NO_DATABASE, LATER),
    }  # fmt: skip


OF_LISTENER: Mapping[int, Answer | str] = {
    304: "NotModified", 308: "Moved", **refusals("There is no such account that you may read.", NO_ACCOUNT_HERE),
}  # fmt: skip


def read(description: str, example: object) -> Answer:
    """An answer that can be cached."""
    return Answer(description, {JSON: Content(example)}, {**CACHED, **PLAYER_LIMITS})


def for_now(description: str, example: object) -> Answer:
    """An answer that is valid for this moment only."""
    return Answer(description, {JSON: Content(example)}, {**NOT_KEPT, **PLAYER_LIMITS})


NOTHING = Answer("There is nothing.", {}, {**CACHED, **PLAYER_LIMITS})
