"""Feedback on recommendations."""

from web.answer_types.feedback import Feedback, Said, Verdict
from web.openapi.components.about import LISTENERS
from web.openapi.components.headers import WHICH_TOKEN, location
from web.openapi.components.operation import FORM, JSON, Answer, Operation
from web.openapi.components.problems import BAD_REQUEST, BAD_TOKEN, FORBIDDEN, FROM_ELSEWHERE, problem
from web.openapi.components.request_bodies import FeedbackForm, NewFeedback
from web.openapi.components.shared_answers import OF_ACCOUNT, SENT, json, json_for_now, refusal

LATER = Verdict(
    "artist", 4, "The Lanterns", "The Lanterns", "not_now", "2026-12-19T23:00:00.000Z", "2026-11-20T07:12:44.000Z"
)
NO_SUCH_TRACK = problem(
    404, "Not Found", "There is no track '99': lists and rankings show ids.", "/recommendation-feedback", "track"
)

OPERATIONS = (
    Operation(
        "get", "/recommendation-feedback/{username}", "userFeedback", "recommendations",
        "Feedback that the listener has given",
        "The verdicts in force, the oldest first. Only for the listener, signed in, and their tokens, even if others "
        "may read the account.",
        {200: json("The verdicts.", Feedback("alice", [LATER])), **OF_ACCOUNT}, ("Username", "IfNoneMatch"),
    ),
    Operation(
        "post", "/recommendation-feedback", "giveFeedback", "recommendations",
        "Give feedback on a track, an artist or an album",
        "For the listener, signed in, or a token with the scope `submit`. Give exactly one of track, artist and album. "
        "The latest verdict counts, and repeating it changes nothing. The next list takes it into account.",
        {
            200: json_for_now("The verdict in force.", Said(track=17, verb="like", until=None)),
            303: Answer("Back to the page that sent the form.", {}, location("Where to continue.")),
            **SENT,
            400: refusal(
                "No target, several targets, or a field with a value that it does not take. (As a page for a form of "
                "our page.)",
                BAD_REQUEST, may_be_page=True,
            ),
            401: refusal("Nobody is signed in and there is no valid token.", BAD_TOKEN, WHICH_TOKEN),
            403: refusal(f"You may not do this; or {FROM_ELSEWHERE}.", FORBIDDEN, may_be_page=True),
            404: refusal("There is no track, artist or album with that id.", NO_SUCH_TRACK, may_be_page=True),
        },
        body={JSON: NewFeedback, FORM: FeedbackForm}, security=LISTENERS,
    ),
)  # fmt: skip
