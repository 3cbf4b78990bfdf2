"""Hooks of schemathesis: each request comes from another visitor, so that rate limits do not apply."""

from collections.abc import Mapping
from typing import Any

import schemathesis

from benchmarks.visitors import as_another


@schemathesis.hook
def before_call(_: object, case: Any, __: Mapping[str, object]) -> None:
    case.headers.update(as_another())
