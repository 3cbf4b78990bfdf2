"""All pages, from the routes, so that new pages are visited as soon as they exist."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import APIRequestContext

from benchmarks.browser.demo import FRIEND, LISTENER, NEWCOMER
from web.routes import GALLERY, READ, UNINTERRUPTED

HTML = {"Accept": "text/html"}
PARAMETER = re.compile(r"\{(\w+)\}")
HREF = re.compile(r'href="(/[^"#]*)"')
KNOWN = {"{username}": LISTENER, "{other}": FRIEND}
# What the same address shows in another form.
FORMS = {
    "tops-as-covers": f"/top-artists/{LISTENER}?show=covers",
    "tops-by-time": f"/top-tracks/{LISTENER}?by=time&period=all",
    "home-of-a-year": f"/totals/{LISTENER}?period=2025",
    "home-of-all-time": f"/totals/{LISTENER}?period=all",
    "history-of-a-day": f"/history/{LISTENER}?period=2025-06-01",
    "activity-of-all-time": f"/activity/{LISTENER}?period=all",
    "recap-of-a-month": f"/recap/{LISTENER}?period=2025-06",
}
# What people see who are not signed in, or have nothing yet.
OF_NOBODY = {"start": "/", "sign-in-as-nobody": "/sign-in", "error-403": f"/connect?username={LISTENER}"}
OF_A_NEWCOMER = {
    "empty-start": "/",
    "empty-home": f"/totals/{NEWCOMER}?period=week",
    "empty-today": f"/today/{NEWCOMER}",
    "empty-tops": f"/top-artists/{NEWCOMER}",
    "empty-history": f"/history/{NEWCOMER}",
    "empty-recap": f"/recap/{NEWCOMER}",
    "empty-account": "/account",
}
REFUSALS = {"error-404": "/nowhere", "error-400": f"/totals/{LISTENER}?nonsense=1"}
SHARED = ("totals", "top-artists", "history", "recap")


@dataclass(frozen=True)
class Place:
    """A page: its name (of the pictures), address, and who reads it; nobody in particular if `reader` is empty."""

    name: str
    path: str
    reader: str = LISTENER


def places(request: APIRequestContext, shared: str) -> list[Place]:
    """All of them; `request` asks as the listener, `shared` is the parameter of a shared link."""
    return [
        *(Place(_name(path), path) for path in pages_of_routes(request)),
        *(Place(*each) for each in (*FORMS.items(), *REFUSALS.items())),
        *(Place(*each, "") for each in OF_NOBODY.items()),
        *(Place(*each, NEWCOMER) for each in OF_A_NEWCOMER.items()),
        *(Place(f"shared-{name}", f"/{name}/{LISTENER}?{shared}", "") for name in SHARED),
    ]


def pages_of_routes(request: APIRequestContext) -> Iterator[str]:
    """The addresses at which the listener gets a page. Routes with other parameters are filled from links in them."""
    filled = {pattern: _filled(pattern) for pattern in (*READ, GALLERY) if pattern not in UNINTERRUPTED}
    pages = {path: html for path in filled.values() if "{" not in path and (html := _page(request, path))}
    links = {urlsplit(link).path for html in pages.values() for link in HREF.findall(html)}
    yield from pages
    for pattern in (path for path in filled.values() if "{" in path):
        example = _example(pattern, sorted(links))
        if example and _page(request, example):
            yield example


def _filled(pattern: str) -> str:
    return PARAMETER.sub(lambda match: KNOWN.get(match[0], match[0]), pattern)


def _example(pattern: str, links: Iterable[str]) -> str | None:
    shape = re.compile(PARAMETER.sub("[^/]+", pattern))
    return next(filter(shape.fullmatch, links), None)


def _page(request: APIRequestContext, path: str) -> str:
    """The page; empty if it is none, or an error."""
    answer = request.get(path, headers=HTML, max_retries=3)  # a connection that was kept may be over
    is_page = answer.headers.get("content-type", "").startswith("text/html")
    return answer.text() if is_page and answer.ok else ""


def _name(path: str) -> str:
    """The words of an address, without the listener's name, unless it is needed to tell pages apart. An import's page
    is not that of all imports.
    """
    path = re.sub(r"/imports/\d+", "/imports-one", path)
    words = [word for word in path.split("/") if word and not any(map(str.isdigit, word))]
    if words[:1] != ["administration"]:
        words = [word for word in words if word != LISTENER]
    return "-".join(words) or "own-start"
