"""What each page costs its reader, and whether that is within the budget.

    python -m benchmarks.browser.budgets [--url URL] [--only WORD] [--instance] [--plays 1000000]

Each page is opened by a browser that has kept nothing. Exit status 1 if one is larger than it may be, has more
elements, or moves while it loads. How long the server takes is only reported, because it depends on the machine: on
the demo, or with --instance for an account of a million plays (which takes minutes to make).
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, StorageState

from benchmarks.browser.chromium import browsing
from benchmarks.browser.demo import LISTENER, Demo, demo_at, signed_in
from benchmarks.browser.looks import NARROW, looking
from benchmarks.browser.places import Place, pages_of_routes, places
from benchmarks.browser.traffic import Traffic
from benchmarks.question_speed.instance import make_instance, serving
from benchmarks.visitors import as_another
from db.engine.server import ensure_database, local_server

KILOBYTES, ELEMENTS = 60, 1_400
MILLISECONDS, OF_HOME = 100, 150
ASKS = 5
LONG = frozenset({"docs", "gallery"})  # pages about everything, which have no budget
SHIFT = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => { for (const each of list.getEntries()) sum += each.value; })
        .observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => done(sum), 100); })"""
COUNT = "document.querySelectorAll('*').length"
WAITED = (
    "(() => { const at = performance.getEntriesByType('navigation')[0]; return at.responseStart - at.requestStart; })()"
)


@dataclass(frozen=True)
class Cost:
    kilobytes: float
    requests: int
    elements: int
    shift: float
    milliseconds: float

    def over(self) -> list[str]:
        """The values that are over the budget, in words."""
        limits = (("kB", self.kilobytes, KILOBYTES), ("elements", self.elements, ELEMENTS), ("shift", self.shift, 0))
        return [f"{value:g} {name}, at most {limit}" for name, value, limit in limits if value > limit]


def main() -> int:
    chosen = _options()
    with browsing() as browser:
        with demo_at(chosen.url) as demo:
            costs = dict(_costs(browser, demo, chosen.only))
        if chosen.instance:
            _server_times(browser, chosen.plays)
    over = {name: cost.over() for name, cost in costs.items() if name not in LONG and cost.over()}
    for name, problems in over.items():
        print(f"{name} is over its budget: {'; '.join(problems)}")
    return 1 if over else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="where the demo runs already")
    parser.add_argument("--only", default="", metavar="WORD", help="only pages whose name has this word")
    parser.add_argument("--instance", action="store_true", help="also time the server with an account of --plays plays")
    parser.add_argument("--plays", type=int, default=1_000_000)
    return parser.parse_args()


def _costs(browser: Browser, demo: Demo, only: str) -> Iterator[tuple[str, Cost]]:
    state = signed_in(browser, demo, LISTENER)
    with looking(browser, NARROW, demo.url, state) as context:
        every = [place for place in places(context.request, demo.shared()) if only in place.name]
    print(f"{'page':24} {'kB':>6} {'requests':>9} {'elements':>9} {'shift':>6} {'ms':>6}")
    for place in (place for place in every if place.reader == LISTENER):
        cost = _cost(browser, demo.url, state, place)
        print(f"{place.name:24} {cost.kilobytes:6.1f} {cost.requests:9} {cost.elements:9} {cost.shift:6.3f} "
              f"{cost.milliseconds:6.0f}", flush=True)  # fmt: skip
        yield place.name, cost


def _cost(browser: Browser, url: str, state: StorageState, place: Place) -> Cost:
    """The cost of a page on a phone, for a browser that has cached nothing."""
    with looking(browser, NARROW, url, state) as context:
        page = context.new_page()
        traffic = Traffic(context.new_cdp_session(page))
        page.goto(place.path, wait_until="networkidle")
        return Cost(
            round(traffic.bytes / 1000, 1), traffic.requests, page.evaluate(COUNT), page.evaluate(SHIFT),
            page.evaluate(WAITED),
        )  # fmt: skip


def _server_times(browser: Browser, plays: int) -> None:
    """Print the times of the pages of an instance in which one account has `plays` plays."""
    print(f"\nServer time with {plays:,} plays, median of {ASKS}:")
    with _instance(plays) as url, looking(browser, NARROW, url, None) as context:
        for path in pages_of_routes(context.request):
            took = statistics.median(_asked(context, path))
            limit = OF_HOME if path.startswith("/totals/") else MILLISECONDS
            print(f"{path:40} {took:6.0f} ms{'  over its budget' if took > limit else ''}", flush=True)


@contextmanager
def _instance(plays: int) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as temporary, local_server(Path(temporary) / "postgres") as server:
        ensure_database(server, "bench")
        make_instance(server.url("bench"), Path(temporary) / "export.zip", 2, plays // 10, plays)
        with serving(server.url("bench")) as (url, _):
            yield url


def _asked(context: BrowserContext, path: str) -> Sequence[float]:
    page = context.new_page()
    page.set_extra_http_headers({**as_another()})
    times = []
    for _ in range(ASKS):
        page.goto(path)
        times.append(float(page.evaluate(WAITED)))
    page.close()
    return times


if __name__ == "__main__":
    sys.exit(main())
