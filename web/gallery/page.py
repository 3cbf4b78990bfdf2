"""/gallery: a page for those who work on the components, in the demo only."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from web.gallery import examples
from web.gallery.names import NAMES
from web.handlers.params import parameters
from web.pages.frame import page


def gallery(request: Request) -> Response:
    parameters(request)
    return page(request, "gallery.html", _values())


def _values() -> Mapping[str, object]:
    return {
        "names": NAMES,
        "rankings_of": examples.rankings(),
        "found": examples.found(),
        "lines": examples.lines(),
        "tiles": examples.tiles(),
        "charts_of": examples.charts(),
        "covered": examples.covered(),
    }
