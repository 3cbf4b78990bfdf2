"""What a link with totals only shows of an answer: the members whose types are marked as safe, but never instants.

It follows from the types (insights/answers/values.py): for every object there is one with those members only. A member
that is not marked is left out, so a new member is hidden until somebody decides otherwise.
"""

from collections.abc import Iterator
from functools import cache, reduce
from operator import or_
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

from insights.answers.values import Part, is_safe

SUFFIX = "SumsOnly"  # behind the name of the whole object


@cache
def sums_only(kind: type[Struct]) -> type[Struct]:
    """The same object with totals only."""
    hints = get_type_hints(kind, include_extras=True)
    members = [(name, _sums_only(hint)) for name, hint in hints.items() if is_safe(hint) and not _is_instant(hint)]
    return msgspec.defstruct(f"{kind.__name__}{SUFFIX}", members, bases=(Part,), namespace={"__doc__": kind.__doc__})


def sums_of(answer: Struct) -> Struct:
    """The same answer with the members that may be shown, also in the objects that it contains."""
    return msgspec.convert(answer, sums_only(type(answer)), from_attributes=True)


def _sums_only(hint: Any) -> Any:
    """A type whose objects hold totals only."""
    if isinstance(hint, type) and issubclass(hint, Struct):
        return sums_only(hint)
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return Annotated[(_sums_only(parts[0]), *parts[1:])]
    if origin in (Union, UnionType):
        return reduce(or_, map(_sums_only, parts))
    return tuple.__class_getitem__(tuple(map(_sums_only, parts))) if origin is tuple else hint


def _is_instant(hint: Any) -> bool:
    return any((meta.extra_json_schema or {}).get("format") == "date-time" for meta in _metas(hint))


def _metas(hint: Any) -> Iterator[Meta]:
    """The annotations of a type and of its alternatives, but not of the values in a list."""
    yield from (part for part in getattr(hint, "__metadata__", ()) if isinstance(part, Meta))
    if get_origin(hint) in (Annotated, Union, UnionType):
        for part in get_args(hint):
            yield from _metas(part)
