"""What somebody new to Insight wants to find, with the pages alone: each within four clicks from the account's home.

    python -m benchmarks.browser.tasks [--url URL]

Opening a menu is a click; typing into a field is none. Exit status 1 if a way is longer, or leads elsewhere.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Error, Page, StorageState

from benchmarks.browser.chromium import browsing
from benchmarks.browser.demo import LISTENER, NEWCOMER, Demo, demo_at, signed_in
from benchmarks.browser.looks import NARROW, WIDE, Look, looking

MOST = 4  # clicks
PATIENCE = 10_000  # milliseconds
ACCOUNT, MORE, DATES = ".visitor summary", ".pages summary", ".period summary"


def link(name: str, within: str = "main") -> str:
    return f'{within} a:text-is("{name}")'


def leading(path: str) -> str:
    """A link to an address that has this in it."""
    return f'main a[href*="{path}"]'


@dataclass(frozen=True)
class Task:
    """`clicks` are what to click, one after the other, and `last` is one more that is not clicked, because it changes
    or downloads something. `typed` is what to fill in before the last of `clicks`, and `found` what the page then says.
    """

    wanted: str
    clicks: Sequence[str]
    found: str
    last: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    reader: str = LISTENER

    @property
    def length(self) -> int:
        return len(self.clicks) + bool(self.last)


ONES_ACCOUNT = (ACCOUNT, link("Your account", ".visitor"))
TASKS = (
    Task(
        "the top artist of 2024 by time",
        (link("Rankings", ".pages"), DATES, link("2024"), link("by time")),
        r"2024.*(leads|share the first place).* h",
    ),
    Task(
        "the day with most listening",
        (MORE, link("Activity", ".pages"), link("Days"), link("by time")),
        r"most on .*\d{4}",
    ),
    Task("why a song is recommended", (link("Today", ".pages"),), r"You played it \d+ times"),
    Task("how to import", (ACCOUNT, link("Imports", ".visitor")), "Import", 'main form button:text-is("Import")'),
    Task("how to connect", (), "Nothing has been recorded yet", link("Connect Spotify"), reader=NEWCOMER),
    Task("what is missing", (MORE, link("Imports & gaps", ".pages")), r"gaps? found|probably missing"),
    Task(
        "a song in the history",
        (link("History", ".pages"), 'main button:text-is("Search")'),
        r"plays? of",
        typed={"main input[name=q]": "harbour"},
    ),
    Task("plays per month as a chart", (MORE, link("Activity", ".pages")), r"Most plays in \w+ \d{4}.*by month"),
    Task(
        "last year's recap as a link without single plays",
        (*ONES_ACCOUNT, leading("question=recap"), 'main button:text-is("Create link")'),
        r"Your new link.*/recap/alice\?share=",
    ),
    Task(
        "a token for Home Assistant",
        (*ONES_ACCOUNT, leading("/account/tokens"), 'main button:text-is("Create token")'),
        "Home Assistant",
        typed={"main input[name=name]": "Home Assistant"},
    ),
    Task(
        "undo of an import",
        (ACCOUNT, link("Imports", ".visitor"), leading("/undo")),
        "Undo",
        'main form button:has-text("Undo")',
    ),
    Task("everything as CSV", (*ONES_ACCOUNT, leading("/account/export")), "CSV", leading("format=csv")),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="where the demo runs already")
    with demo_at(parser.parse_args().url) as demo, browsing() as browser:
        states = {reader: signed_in(browser, demo, reader) for reader in (LISTENER, NEWCOMER)}
        problems = [problem for look in (WIDE, NARROW) for problem in _problems(browser, demo, look, states)]
    print(*problems, sep="\n")
    return 1 if problems else 0


def _problems(browser: Browser, demo: Demo, look: Look, states: Mapping[str, StorageState]) -> Iterator[str]:
    for task in TASKS:
        with looking(browser, look, demo.url, states[task.reader]) as context:
            problem = _problem(context.new_page(), task)
        print(f"{look.name:12} {task.length} clicks: {task.wanted}", flush=True)
        if problem:
            yield f"{task.wanted}, {look.name}: {problem}"


def _problem(page: Page, task: Task) -> str | None:
    page.set_default_timeout(PATIENCE)
    try:
        _go(page, task)
    except Error as error:
        return f"no way on from {page.url}: {error.message.splitlines()[0]}"
    text = " ".join(page.inner_text("main").split())
    if not re.search(task.found, text):
        return f"{page.url} does not say {task.found}: {text[:200]}"
    return f"{task.length} clicks, at most {MOST}" if task.length > MOST else None


def _go(page: Page, task: Task) -> None:
    page.goto(f"/totals/{task.reader}?period=week")
    for place, selector in enumerate(task.clicks):
        if place == len(task.clicks) - 1:
            for field_of_form, text in task.typed.items():
                page.fill(field_of_form, text)
        page.locator(f"{selector} >> visible=true").first.click()
        page.wait_for_load_state()
    if task.last:
        page.locator(f"{task.last} >> visible=true").first.wait_for()


if __name__ == "__main__":
    sys.exit(main())
