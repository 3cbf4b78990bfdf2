"""Examples of errors, and the sentences that describe them."""

from web.answer_types.problem import Problem


def problem(status: int, title: str, detail: str, instance: str, parameter: str | None = None) -> Problem:
    if parameter is None:
        return Problem("about:blank", title, status, detail, instance)
    return Problem("about:blank", title, status, detail, instance, parameter)


BAD_REQUEST = problem(
    400, "Bad Request", "`limit` must be a whole number from 1 to 500.", "/history/alice", "limit"
)  # fmt: skip
NO_ACCOUNT = problem(
    404,
    "Not Found",
    "There is no account 'mallory' that you may read; /users lists those that you may.",
    "/history/mallory",
)
BAD_TOKEN = problem(401, "Unauthorized", "Invalid, expired or revoked token.", "/history/alice")
TOO_MANY = problem(
    429, "Too Many Requests", "This was tried 30 times within a minute: try again in 42 s.", "/oauth/token"
)
UNAVAILABLE = problem(503, "Service Unavailable", "The database cannot be reached now; try again.", "/users")
FORBIDDEN = problem(
    403, "Forbidden",
    "This is for administrators: ADMINISTRATORS names them, and their tokens need the scope `administer` for it.",
    "/accounts",
)  # fmt: skip
WRONG_PARAMETER = "A parameter is unknown, is repeated, or has an invalid value; `parameter` names it."
NOT_VALID = "Invalid, expired or revoked token. (Without a token, a private account is answered with 404.)"
FROM_ELSEWHERE = "it was sent from another site's page, or from a page of ours that is out of date"
TRIED_TOO_OFTEN = "Tried too often."
NO_DATABASE_NOW = "The database cannot be reached, too many requests are waiting, or the answer took too long."
