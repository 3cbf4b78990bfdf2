"""The looks in which pages are checked: how wide, in which colours, with which settings of the browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, StorageState

PHONE, SCREEN = (390, 844), (1440, 900)


@dataclass(frozen=True)
class Look:
    """A look; `is_checked`: by axe. Every look has a picture, and the checks that apply to all looks."""

    name: str
    size: tuple[int, int]
    scheme: Literal["light", "dark"] = "light"
    is_checked: bool = False
    by_keyboard: bool = False
    forced_colors: bool = False
    without_script: bool = False


NARROW = Look("390-light", PHONE, is_checked=True, by_keyboard=True)
WIDE = Look("1440-light", SCREEN, is_checked=True, by_keyboard=True)
LOOKS = (
    NARROW,
    Look("390-dark", PHONE, "dark", is_checked=True),
    WIDE,
    Look("1440-dark", SCREEN, "dark", is_checked=True),
    Look("390-forced", PHONE, forced_colors=True),
    Look("1440-plain", SCREEN, without_script=True),
)


@contextmanager
def looking(browser: Browser, look: Look, url: str, state: StorageState | None) -> Iterator[BrowserContext]:
    """A browser with this look, and with the cookies of `state`."""
    width, height = look.size
    context = browser.new_context(
        base_url=url,
        storage_state=state,
        viewport={"width": width, "height": height},
        color_scheme=look.scheme,
        forced_colors="active" if look.forced_colors else "none",
        java_script_enabled=not look.without_script,
        reduced_motion="reduce" if look.without_script else "no-preference",
    )
    try:
        yield context
    finally:
        context.close()
