"""Style sheets and pictures are cached while they stay the same; styles are small and their colours readable."""

import gzip
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from web.http.assets import FOLDER, asset_path
from web.pages.frame import STYLES

TOKEN = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
PALETTE = re.compile(r"\.c\d+ \{ --a: (#\w{6}); --b: (#\w{6});")
TEXT_PAIRS = [
    ("ink", "paper"), ("ink", "wash"), ("soft", "paper"), ("soft", "wash"), ("blue", "paper"), ("on-blue", "blue"),
    ("coral", "paper"), ("coral", "wash"), ("paper", "ink"),
]  # fmt: skip
THEMES = ("light", "dark")


def test_a_file_is_cached_for_a_year_under_the_address_in_pages(client: TestClient) -> None:
    page = client.get("/privacy").text
    for name in (*STYLES, "icon.svg"):
        path = asset_path(name)
        assert f'href="{path}"' in page
        assert client.get(path).headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("query", ["", "?v=", "?v=0000", "?other=1"])
def test_under_any_other_address_browsers_ask_again(client: TestClient, query: str) -> None:
    answer = client.get(f"/static/tokens.css{query}")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, no-cache")
    again = client.get(f"/static/tokens.css{query}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])


def test_changed_content_has_another_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.http.assets.FOLDER", tmp_path)
    paths = []
    for number, content in enumerate((b"a", b"b", b"a")):
        (tmp_path / f"{number}.css").write_bytes(content)
        paths.append(asset_path(f"{number}.css").partition("=")[2])
    assert (paths[0] == paths[2], paths[0] == paths[1]) == (True, False)


@pytest.mark.parametrize("encoding", ["zstd", "br", "gzip"])
def test_style_sheets_are_compressed(client: TestClient, encoding: str) -> None:
    answer = client.get("/static/components.css", headers={"Accept-Encoding": encoding})
    assert (answer.headers["content-encoding"], answer.headers["vary"]) == (encoding, "Accept-Encoding")


def test_all_styles_together_are_small() -> None:
    assert sum(len(gzip.compress((FOLDER / name).read_bytes())) for name in STYLES) < 8 * 1024


def luminance(colour: str) -> float:
    """WCAG 2.2: relative luminance of "#rrggbb", from 0 to 1."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """WCAG 2.2: contrast ratio, from 1 to 21."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_text_stands_out_from_its_background(theme: str) -> None:
    pairs = TOKEN.findall((FOLDER / "tokens.css").read_text())
    tokens = {name: colours[THEMES.index(theme)] for name, *colours in pairs}
    low = {pair: contrast(tokens[pair[0]], tokens[pair[1]]) for pair in TEXT_PAIRS}
    assert {pair: round(ratio, 2) for pair, ratio in low.items() if ratio < 4.5} == {}  # AA for text
    assert contrast(tokens["edge"], tokens["paper"]) >= 3  # for the borders of controls


def test_letters_stand_out_from_every_sleeve() -> None:
    palettes = PALETTE.findall((FOLDER / "tokens.css").read_text())
    assert len(palettes) == 12
    assert [pair for pair in palettes if contrast(*pair) < 4.5] == []
