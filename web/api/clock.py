"""/clock/<username>: at which hours of the week something was heard."""

from collections.abc import Iterable
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response

from insights.clock import HOURS, Cell, clock
from web.asking import COUNTING, OF, WHEN, Asked, answered


def user_clock(request: Request) -> Response:
    return answered(request, (*WHEN, *COUNTING, *OF, "completeness"), clock_answer)


def clock_answer(asked: Asked) -> dict[str, object]:
    found = clock(asked.scope)
    weekdays = dict.fromkeys(cell.weekday for cell in found.cells)
    return {
        "hours": [{"hour": hour, **_sums(cell for cell in found.cells if cell.hour == hour)} for hour in HOURS],
        "weekdays": [
            {"weekday": weekday, **_sums(cell for cell in found.cells if cell.weekday == weekday)}
            for weekday in weekdays
        ],
        "cells": [asdict(cell) for cell in found.cells],
        "busiest": found.busiest and asdict(found.busiest),
    }


def _sums(cells: Iterable[Cell]) -> dict[str, int]:
    listed = list(cells)
    return {"plays": sum(cell.plays for cell in listed), "ms_played": sum(cell.ms_played for cell in listed)}
