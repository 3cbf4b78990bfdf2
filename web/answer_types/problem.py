"""The one shape of every error (RFC 9457)."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from insights.answers.values import Part, says
from web.answer_types.values import Day


class Problem(Part, frozen=True):
    """RFC 9457: the one shape of every error."""

    type: Literal["about:blank"]
    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: Annotated[str, says("What was wrong, and what would be right.")]
    instance: Annotated[str, says("The path of the request.")]
    parameter: Annotated[str | UnsetType, says("The parameter that was wrong.")] = UNSET
    latest_available: Annotated[Day | UnsetType | None, says("The newest date that has a list.")] = UNSET
