"""What must hold for every page, in every look. Each check yields what it finds, in words."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
NARROW_AND_WIDE = (320, 390, 768, 1024, 1440)
# Everything that folds is unfolded, one after the other, as by a reader. What scrolls by itself may be wide.
SIDEWAYS = """() => {
    const root = document.documentElement, edge = root.clientWidth, over = new Set();
    const scrolls = each => getComputedStyle(each).overflowX !== 'visible';
    const isInside = each => {
        for (let up = each.parentElement; up && up !== document.body; up = up.parentElement)
            if (scrolls(up)) return true;
        return false; };
    const look = part => { for (const each of part.querySelectorAll('*')) {
        const box = each.getBoundingClientRect();
        if (each.checkVisibility() && box.width && box.height && (box.right > edge + 1 || box.left < -1)
            && !each.closest('.skip, .unseen, svg svg') && !isInside(each))
            over.add(each.tagName.toLowerCase() + '.' + (each.getAttribute('class') || each.id)); } };
    look(document.body);
    for (const each of document.querySelectorAll('details:not([open])')) {
        each.open = true; look(each); each.open = false; }
    const past = root.scrollWidth - edge;
    return past > 0 || over.size ? [past, [...over].slice(0, 3).join(' ')] : null; }"""
REPEATED = """() => {
    const ids = [...document.querySelectorAll('[id]')].map(each => each.id);
    return [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))]; }"""
MOVING = "() => document.getAnimations().map(each => each.animationName || each.transitionProperty || 'animation')"
RIGHT_TO_LEFT = "() => { document.documentElement.dir = 'rtl'; }"


def violations(page: Page) -> Iterator[str]:
    """Violations of WCAG 2.2 AA and of good practice, according to axe."""
    report: Mapping[str, Any] = (
        Axe().run(page, options={"runOnly": list(RULES), "resultTypes": ["violations"]}).response
    )
    for each in report["violations"]:
        nodes = each["nodes"]
        yield f"{each['id']} ({len(nodes)}): {each['help']}: {nodes[0]['html'][:150]} {_about(nodes[0])}"


def _about(node: Mapping[str, Any]) -> str:
    """What axe says about a node, in one line."""
    return " ".join(str(node.get("failureSummary", "")).split())[:220]


def scrolls_sideways(page: Page) -> Iterator[str]:
    """Scrolling sideways, at any width from a small phone on."""
    if (before := page.viewport_size) is None:
        return
    for width in NARROW_AND_WIDE:
        page.set_viewport_size({"width": width, "height": before["height"]})
        if over := page.evaluate(SIDEWAYS):
            yield f"sideways at {width} px: {over}"
    page.set_viewport_size(before)


def mirrored(page: Page) -> Iterator[str]:
    """Scrolling sideways in a language that is written from right to left."""
    page.evaluate(RIGHT_TO_LEFT)
    if over := page.evaluate(SIDEWAYS):
        yield f"sideways from right to left: {over}"


def repeated_ids(page: Page) -> Iterator[str]:
    if ids := page.evaluate(REPEATED):
        yield f"ids that are not unique: {', '.join(ids[:5])}"


def moves(page: Page) -> Iterator[str]:
    """Animations, although the reader prefers none."""
    if moving := page.evaluate(MOVING):
        yield f"moves although less motion is preferred: {moving[:3]}"


Check = Callable[[Page], Iterator[str]]
OF_EVERY_LOOK: tuple[Check, ...] = (repeated_ids,)
OF_CHECKED_LOOKS: tuple[Check, ...] = (violations,)
LAST: tuple[Check, ...] = (scrolls_sideways, mirrored)  # they change the page
