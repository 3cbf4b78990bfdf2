"""Take the pictures of README and the documents, from the demo: `python -m benchmarks.browser.screenshots [--url URL]`.

Their sizes are always the same; what they show are the demo's listeners, whose plays go up to today.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

from benchmarks.browser.chromium import browsing
from benchmarks.browser.demo import LISTENER, demo_at, signed_in
from benchmarks.browser.looks import Look, looking
from benchmarks.importing import ROOT

SIZE = Look("picture", (1280, 880))
PICTURES: Mapping[str, str] = {"docs/home.png": f"/totals/{LISTENER}?period=2025"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="where the demo runs already")
    parser.add_argument("--folder", type=Path, default=ROOT, help="save them below another folder")
    chosen = parser.parse_args()
    with demo_at(chosen.url) as demo, browsing() as browser:
        state = signed_in(browser, demo, LISTENER)
        with looking(browser, SIZE, demo.url, state) as context:
            page = context.new_page()
            for name, path in PICTURES.items():
                page.goto(path, wait_until="networkidle")
                (chosen.folder / name).parent.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=chosen.folder / name)
                print(name)


if __name__ == "__main__":
    main()
