"""What plays now."""

from web.answer_types.now import NowPlaying
from web.openapi.components.headers import NOT_KEPT
from web.openapi.components.operation import Answer, Operation
from web.openapi.components.shared_answers import OF_ACCOUNT, json_for_now, without

PLAYING = NowPlaying(
    "Paper Boats", ["The Lanterns"], "Harbour", "spotify:track:4uLU6hMCjMI75M1A2tKUQC", False, True,
    "2026-11-20T21:36:34.512Z", 83000, 213000, "2026-11-20T21:37:52.512Z",
)  # fmt: skip

OPERATIONS = (
    Operation(
        "get", "/now/{username}", "now", "listening", "What plays now",
        "If the account is collected live (its scan mode is hybrid or live): what its player showed at the latest "
        "look, which is at most a minute old while music plays. Otherwise what a player that submits listens has "
        "announced. For an account with exclusions, only its listener gets this.",
        {
            200: json_for_now("What is playing, or paused.", PLAYING),
            204: Answer("Nothing is playing, or Insight does not know what is.", {}, NOT_KEPT),
            **without(OF_ACCOUNT, 304),
        },
        ("Username",),
    ),
)  # fmt: skip
