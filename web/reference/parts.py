"""What the page /docs shows: sections of operations, and types."""

from collections.abc import Mapping
from dataclasses import dataclass

from web.reference.kinds import Kind


@dataclass(frozen=True, slots=True)
class Member:
    """A parameter, a field of a body, or a member of a type; `place` is where it is sent."""

    name: str
    kind: Kind
    description: str
    is_required: bool
    place: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    media_type: str
    kind: Kind
    example: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    status: str
    description: str
    bodies: tuple[Body, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """An operation: its request and its possible answers. Any one of `credentials` is enough."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    credentials: str
    parameters: tuple[Member, ...]
    sent: tuple[Body, ...]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Section:
    tag: str
    description: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class ShownType:
    name: str
    description: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    introduction: str
    credentials: Mapping[str, str]  # how each is sent, by name
    sections: tuple[Section, ...]
    types: tuple[ShownType, ...]
