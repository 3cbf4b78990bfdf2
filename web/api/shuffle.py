"""/shuffle/<username>: how much was heard in shuffled order, offline and in private sessions."""

from starlette.requests import Request
from starlette.responses import Response

from insights.shuffle import Circumstances, Flag, shuffle
from web.asking import COUNTING, OF, WHEN, Asked, answered


def user_shuffle(request: Request) -> Response:
    return answered(request, (*WHEN, *COUNTING, *OF, "completeness"), _shuffle)


def _shuffle(asked: Asked) -> dict[str, object]:
    found = shuffle(asked.scope)
    years = [{"year": year, **_shape(circumstances)} for year, circumstances in found.years]
    return {**_shape(found.overall), "years": years}


def _shape(found: Circumstances) -> dict[str, object]:
    return {
        "plays": found.plays,
        "shuffle": _flag_shape(found.shuffle),
        "offline": _flag_shape(found.offline),
        "incognito": _flag_shape(found.incognito),
    }


def _flag_shape(flag: Flag) -> dict[str, object]:
    share = None if flag.share is None else round(flag.share, 6)
    return {"on": flag.on, "off": flag.off, "unknown": flag.unknown, "share": share}
