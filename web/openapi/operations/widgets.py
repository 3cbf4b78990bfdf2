"""Totals for widgets of your_spotify."""

from typing import Literal

from web.answer_types.widgets import WidgetArtist, WidgetArtists, WidgetCount, WidgetSongs
from web.openapi.components.headers import CACHED, PLAYER_LIMITS, WHICH_TOKEN
from web.openapi.components.operation import JSON, Answer, Content, Operation, Parameter
from web.openapi.components.problems import problem
from web.openapi.components.shared_answers import CACHEABLE, refusal, without

DESCRIPTION = (
    "In the shape of your_spotify, for widgets that know it, such as Homepage's. It counts whole days that are over, "
    "from the day of `start` on, in the account's own time zone. For a token with the scope `widget`, which may be in "
    "the address because it reads nothing else; or for a token in the Authorization header that may read /totals."
)
DETAIL = "This needs a token with the scope `widget`, as `token` in the address."
LACKING = problem(
    403, "Forbidden", "This token may not read totals: it needs the scope `widget`.", "/spotify/songs_per"
)
PARAMETERS = (
    Parameter("start", "A date or an instant: plays of its day and later. By default, of all time.",
              examples={"start": "2026-11-13T12:00:00.000Z"}),
    Parameter("end", "A date or an instant: plays of days before it. By default, until today begins."),
    Parameter("timeSplit", "One total for the whole time.", Literal["all"], default="all"),
    "IfNoneMatch",
)  # fmt: skip


def _sums(name: str, operation: str, summary: str, example: object, kind: object) -> Operation:
    return Operation(
        "get", f"/spotify/{name}", operation, "players", summary, DESCRIPTION,
        {
            200: Answer("One total, or none.", {JSON: Content(example, kind)}, {**CACHED, **PLAYER_LIMITS}),
            **without(CACHEABLE, 401),
            401: refusal("No token, or an invalid one.", problem(401, "Unauthorized", DETAIL, f"/spotify/{name}"),
                         WHICH_TOKEN),
            403: refusal("The token lacks the scope.", LACKING),
        },
        PARAMETERS, security=({"widget": []}, {"token": []}, {"password": []}, {"oauth2": ["widget"]}),
    )  # fmt: skip


OPERATIONS = (
    _sums("songs_per", "widgetSongs", "Plays, for a widget", [WidgetSongs(None, 312, 204)], list[WidgetSongs]),
    _sums("time_per", "widgetTime", "Listening time, for a widget", [WidgetCount(None, 65_000_000)], list[WidgetCount]),
    _sums(
        "different_artists_per", "widgetArtists", "Artists, for a widget",
        [WidgetArtists(None, [WidgetArtist()], 1)], list[WidgetArtists],
    ),
)  # fmt: skip
