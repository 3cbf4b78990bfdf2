"""Draw the icons that devices install, from web/static/icon.svg: `python -m benchmarks.browser.icons`."""

from playwright.sync_api import Browser

from benchmarks.browser.chromium import browsing
from benchmarks.importing import ROOT
from web.api.manifest import PAPER, SIZES
from web.http.assets import FOLDER

SAFE = 0.8  # of an icon's width, which no device cuts off


def draw(browser: Browser, size: int) -> None:
    drawing = round(size * SAFE)
    page = browser.new_page(viewport={"width": size, "height": size})
    page.set_content(
        f'<body style="margin:0;display:grid;place-items:center;height:100vh;background:{PAPER}">'
        f'<div style="width:{drawing}px;height:{drawing}px">{(FOLDER / "icon.svg").read_text()}</div>'
    )
    page.screenshot(path=FOLDER / f"icon-{size}.png")
    page.close()


def main() -> None:
    with browsing() as browser:
        for size in SIZES:
            draw(browser, size)
            print((FOLDER / f"icon-{size}.png").relative_to(ROOT))


if __name__ == "__main__":
    main()
