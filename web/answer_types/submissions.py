"""Answers to players that submit plays, in ListenBrainz' format."""

from typing import Annotated, Literal

from msgspec import UNSET, UnsetType

from insights.answers.values import Part, says
from web.answer_types.listenbrainz import RefusedListen


class ListensTaken(Part, frozen=True):
    status: Literal["ok"]
    refused: Annotated[
        list[RefusedListen] | UnsetType, says("The listens that are no plays; all others are stored. Absent: none.")
    ] = UNSET


class TokenValidity(Part, frozen=True):
    code: int
    message: str
    valid: bool
    user_name: Annotated[str | UnsetType, says("Whose token it is, if it is valid.")] = UNSET
