"""Walk every page of the demo with a real browser, and say what is wrong with each.

    python -m benchmarks.browser.walk [--url URL] [--pictures FOLDER] [--only WORD] [--look WORD] [--quick]

Each page is looked at on a phone and a wide screen, by day and by night, with forced colours, and without scripts:
axe finds no violation, the keyboard reaches everything, nothing scrolls sideways, moves, fails or asks another host.
Exit status 1 on any finding. Without --url, a demo is started; one that runs already has to be of this folder.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState

from benchmarks.browser.checks import LAST, OF_CHECKED_LOOKS, OF_EVERY_LOOK, Check, moves
from benchmarks.browser.chromium import browsing
from benchmarks.browser.demo import LISTENER, NEWCOMER, Demo, demo_at, signed_in
from benchmarks.browser.keyboard import poor_stops
from benchmarks.browser.looks import LOOKS, NARROW, WIDE, Look, looking
from benchmarks.browser.places import Place, places
from benchmarks.browser.shortcuts import wrong_keys
from benchmarks.browser.watching import Watched, watch

# The navigation of a phone would lie over a long picture.
PLACED = """([navigation, body]) => {
    for (const each of document.querySelectorAll('.pages'))
        if (getComputedStyle(each).position !== 'static') each.style.position = navigation;
    document.body.style.position = body; }"""
AT_THE_END, AS_BEFORE = ("absolute", "relative"), ("", "")
EAGER = "document.querySelectorAll('img[loading=lazy]').forEach(each => { each.loading = 'eager'; })"
Findings = dict[tuple[str, str], list[str]]  # by page and look


def main() -> int:
    chosen = _options()
    if chosen.pictures:
        chosen.pictures.mkdir(parents=True, exist_ok=True)
    with demo_at(chosen.url) as demo, browsing() as browser:
        readers = {username: signed_in(browser, demo, username) for username in (LISTENER, NEWCOMER)}
        every = _every_place(browser, demo, readers[LISTENER])
        visited = [place for place in every if chosen.only in place.name]
        looks = _looks(chosen)
        findings = walked(browser, demo, visited, looks, readers, chosen.pictures)
        if not chosen.only:
            findings["keys", WIDE.name] = _wrong_keys(browser, demo, readers[LISTENER])
            _report("keys", WIDE.name, findings["keys", WIDE.name])
    _print(visited, looks, findings)
    return 1 if any(findings.values()) else 0


def _wrong_keys(browser: Browser, demo: Demo, state: StorageState) -> list[str]:
    with looking(browser, WIDE, demo.url, state) as context:
        return list(wrong_keys(context.new_page()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="where the demo runs already")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="save a picture of each page in each look")
    parser.add_argument("--only", default="", metavar="WORD", help="only pages whose name has this word")
    parser.add_argument("--look", default="", metavar="WORD", help="only looks whose name has this word")
    parser.add_argument("--quick", action="store_true", help="without axe, which takes most of the time")
    return parser.parse_args()


def _looks(chosen: argparse.Namespace) -> list[Look]:
    named = (look for look in LOOKS if chosen.look in look.name)
    return [replace(look, is_checked=look.is_checked and not chosen.quick) for look in named]


def _every_place(browser: Browser, demo: Demo, state: StorageState) -> list[Place]:
    with looking(browser, NARROW, demo.url, state) as context:
        return places(context.request, demo.shared())


def walked(
    browser: Browser,
    demo: Demo,
    visited: Sequence[Place],
    looks: Sequence[Look],
    readers: Mapping[str, StorageState],
    pictures: Path | None,
) -> Findings:
    findings: Findings = defaultdict(list)
    ordered = sorted(visited, key=lambda place: place.reader)
    for look in looks:
        for reader, of_reader in groupby(ordered, key=lambda place: place.reader):
            with looking(browser, look, demo.url, readers.get(reader)) as context:
                page = context.new_page()
                watched = watch(page, demo.url)
                for place in of_reader:
                    findings[place.name, look.name] = list(_findings(page, watched, place, look, pictures))
                    _report(place.name, look.name, findings[place.name, look.name])
    return findings


def _findings(page: Page, watched: Watched, place: Place, look: Look, pictures: Path | None) -> Iterator[str]:
    page.goto(place.path)
    yield from watched.taken()
    if pictures:
        page.evaluate(EAGER)
        page.wait_for_load_state("networkidle")
        page.evaluate(PLACED, AT_THE_END)
        page.screenshot(path=pictures / f"{place.name}-{look.name}.png", full_page=True)
        page.evaluate(PLACED, AS_BEFORE)
    for check in _checks(look):
        yield from check(page)
    yield from watched.taken()


def _checks(look: Look) -> Iterator[Check]:
    yield from OF_EVERY_LOOK
    if look.is_checked:
        yield from OF_CHECKED_LOOKS
    if look.by_keyboard:
        yield from (poor_stops, *LAST)
    if look.without_script:
        yield moves


def _report(name: str, look: str, found: Sequence[str]) -> None:
    for each in found:
        print(f"{name}, {look}: {each}\n", flush=True)


def _print(visited: Sequence[Place], looks: Sequence[Look], findings: Findings) -> None:
    wide = max(len(place.name) for place in visited)
    print(" " * wide, *(look.name for look in looks), sep="  ")
    for place in visited:
        counts = [str(len(findings[place.name, look.name]) or ".").rjust(len(look.name)) for look in looks]
        print(place.name.ljust(wide), *counts, sep="  ")
    print(f"\n{len(visited)} pages, {sum(map(len, findings.values()))} findings.")


if __name__ == "__main__":
    sys.exit(main())
