"""The keyboard shortcuts of pages: each does what the list of keys says, and none acts while somebody types."""

from collections.abc import Callable, Iterator

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TookTooLong

from benchmarks.browser.demo import LISTENER

HOME = f"/totals/{LISTENER}?period=2025"
TABLE = "[...document.querySelector('figure.chart .numbers tbody').rows].map(row => row.cells[1].textContent)"


def wrong_keys(page: Page) -> Iterator[str]:
    """What the keys do not do."""
    yield from (problem for check in (_pages, _typing, _list, _off, _chart, _menus) for problem in check(page))


def _pages(page: Page) -> Iterator[str]:
    page.goto(HOME)
    page.keyboard.press("g")
    page.keyboard.press("t")
    try:
        page.wait_for_url("**/top-artists/**", timeout=10_000)
    except TookTooLong:
        yield f"g t leads to {page.url}"


def _typing(page: Page) -> Iterator[str]:
    page.goto("/gallery")
    page.locator("main label.field input").first.focus()
    page.keyboard.type("gt?")
    if page.locator("#keys").is_visible() or not page.url.endswith("/gallery"):
        yield "keys act while somebody types"


def _list(page: Page) -> Iterator[str]:
    page.goto(HOME)
    page.keyboard.press("?")
    if not page.locator("#keys").is_visible():
        yield "? does not list the keys"
    if page.locator("#keys [data-pages] dt").count() < 5:
        yield "the list of keys names no pages"
    page.keyboard.press("Escape")
    if page.locator("#keys").is_visible():
        yield "Escape does not close the list of keys"


def _off(page: Page) -> Iterator[str]:
    page.goto(HOME)
    page.locator("button[data-keys]").click()
    page.locator("#keys input").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("?")
    if page.locator("#keys").is_visible():
        yield "the keys cannot be turned off"
    page.evaluate("localStorage.clear()")


def _chart(page: Page) -> Iterator[str]:
    page.goto(f"/activity/{LISTENER}?period=2025")
    page.locator("figure.chart svg.bars").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    said, second = page.locator(".reading").first.inner_text(), page.evaluate(TABLE)[1]
    if not said.endswith(f": {second}"):
        yield f"the second bar of a chart says {said!r}, its table {second!r}"
    yield from (problem for follow in (_press_enter, _click) for problem in _leads(page, follow))


def _leads(page: Page, follow: Callable[[Page], None]) -> Iterator[str]:
    """What a bar does not do when it is followed."""
    page.goto(f"/activity/{LISTENER}?period=2025")
    follow(page)
    try:
        page.wait_for_url("**/activity/**period=2025-0*", timeout=10_000)
    except TookTooLong:
        yield f"a bar leads to {page.url}"


def _press_enter(page: Page) -> None:
    page.locator("figure.chart svg.bars").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")


def _click(page: Page) -> None:
    page.locator("figure.chart svg.bars").first.click(position={"x": 40, "y": 100})


def _menus(page: Page) -> Iterator[str]:
    page.goto(HOME)
    for name in ("Dates", "More"):
        page.locator("details.menu > summary", has_text=name).click()
    if _open_menus(page) != ["More"]:
        yield f"menus that are open after another was opened: {_open_menus(page)}"
    page.keyboard.press("Escape")
    if _open_menus(page) or page.evaluate("document.activeElement.textContent") != "More":
        yield "Escape does not close a menu and go back to its name"
    page.locator("details.menu > summary", has_text="Dates").click()
    page.locator("h1").click(position={"x": 1, "y": 1})
    if _open_menus(page):
        yield "a click elsewhere does not close a menu"


def _open_menus(page: Page) -> list[str]:
    names: list[str] = page.locator("details.menu[open] > summary").all_inner_texts()
    return names
