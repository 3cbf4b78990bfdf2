"""Go through a page with Tab, from its beginning to its end."""

from collections.abc import Iterator

from playwright.sync_api import Page

MOST = 3000  # stops; the page about the API has a thousand
# Where the focus is: null at the end of the page, or else this stop, and what is wrong with it.
STOP = """() => {
    const at = document.activeElement;
    if (!at || at === document.body || at === document.documentElement) return null;
    const box = at.getClientRects()[0] || at.getBoundingClientRect(), style = getComputedStyle(at);
    const name = at.tagName.toLowerCase() + ' "' + (at.getAttribute('aria-label') || at.textContent || at.name || '')
        .trim().slice(0, 40) + '"';
    if (!box.width || !box.height) return [name, 'has no size'];
    const x = box.left + box.width / 2, y = box.top + box.height / 2;
    if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return [name, 'is outside of the screen'];
    const top = document.elementFromPoint(x, y);
    if (top && !at.contains(top) && !top.contains(at) && !(at.labels && [...at.labels].some(one => one.contains(top))))
        return [name, 'is hidden by ' + top.tagName.toLowerCase() + '.' + (top.getAttribute('class') || '')];
    if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) === 0) return [name, 'has no focus ring'];
    return [name, '']; }"""
BEGINNING = "() => { document.activeElement && document.activeElement.blur(); scrollTo(0, 0); }"


def stops(page: Page) -> Iterator[tuple[str, str]]:
    """Each stop, and what is wrong with it."""
    page.evaluate(BEGINNING)
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if (stop := page.evaluate(STOP)) is None:
            return
        yield stop[0], stop[1]


def poor_stops(page: Page) -> Iterator[str]:
    """Stops that cannot be seen, or a page that has none or no end."""
    walked = list(stops(page))
    if not walked or len(walked) == MOST:
        yield f"{len(walked)} stops with Tab"
    wrong = [f"{name} {problem}" for name, problem in walked if problem]
    if wrong:
        yield f"{len(wrong)} stops with Tab cannot be seen, first: {wrong[0]}"
