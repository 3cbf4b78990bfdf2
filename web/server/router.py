"""Routing by the first word of the path: trying all routes in turn takes as long as the rest of a small request."""

from collections.abc import Mapping, Sequence

from starlette.applications import Starlette
from starlette.convertors import PathConvertor, StringConvertor
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

TEXT = (StringConvertor, PathConvertor)


class FirstWordRouter(Router):
    """Tries the routes that share the first word of the path; if none of them fits, all, as Starlette does."""

    def __init__(self, routes: Sequence[BaseRoute], default: ASGIApp, lifespan: Lifespan[Starlette] | None) -> None:
        # A path with a trailing slash is another address: 404 in our own format, not a redirect.
        super().__init__(routes, redirect_slashes=False, default=default, lifespan=lifespan)
        self._by_first_word = _by_first_word(routes)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope.get("root_path"):
            path, method = scope["path"], scope["method"]
            for route in self._by_first_word.get(_first_word(path), ()):
                match = route.path_regex.match(path)
                if match and method in (route.methods or ()):
                    scope.update(path_params=match.groupdict(), endpoint=route.endpoint, router=self, route=route)
                    await route.app(scope, receive, send)
                    return
        await super().app(scope, receive, send)


def _by_first_word(routes: Sequence[BaseRoute]) -> Mapping[str, Sequence[Route]]:
    """The routes whose parameters are text: others have to be converted by Starlette."""
    grouped: dict[str, list[Route]] = {}
    for route in routes:
        if isinstance(route, Route) and all(type(each) in TEXT for each in route.param_convertors.values()):
            grouped.setdefault(_first_word(route.path), []).append(route)
    return grouped


def _first_word(path: str) -> str:
    return path.split("/", 2)[1] if path.startswith("/") else ""
