"""What schemathesis does before each request: ask as another visitor, so that limits do not answer in our place."""

from collections.abc import Mapping
from typing import Any

import schemathesis

from benchmarks.visitors import as_another


@schemathesis.hook
def before_call(_: object, case: Any, __: Mapping[str, object]) -> None:
    case.headers.update(as_another())
