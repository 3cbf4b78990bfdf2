"""Recaps are available as pictures to share."""

import re
import struct
from html import unescape
from urllib.parse import urlsplit
from xml.parsers.expat import ParserCreate

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.reading import BROWSER, page
from tests.web.visitors.visiting import shared, signed_in

HALF_AN_HOUR = 30 * 60_000
CARD = "/recap/alice/card.svg?period=2026"


@pytest.fixture
def alice() -> int:
    return seed.account("alice")


def a_year(alice: int, artist_name: str = "The Lanterns") -> None:
    song = seed.track(name="Signal", artist_name=artist_name, duration_ms=HALF_AN_HOUR)
    seed.insert("track_artist", track_id=song, position=0, artist_id=seed.insert("artist", name=artist_name))
    seed.plays(alice, song, [f"2026-03-{day:02} 12:00Z" for day in range(1, 25)], ms_played=HALF_AN_HOUR)


def texts(client: TestClient, address: str) -> list[str]:
    """The texts of the picture from top to bottom; fails unless it is well-formed."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/svg+xml"
    ParserCreate().Parse(answer.content, True)
    return [unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", answer.text)]


def test_a_card_has_the_numbers_of_its_period(client: TestClient, alice: int) -> None:
    a_year(alice)
    card_texts = texts(client, CARD)
    assert card_texts[:4] == ["alice\u2019s year in music", "2026", "12", "hours of music"]
    assert card_texts[4:8] == ["1", "L", "The Lanterns", "24"]
    assert card_texts[-1].endswith("data from Spotify")


def test_a_card_by_time_has_hours_instead_of_plays(client: TestClient, alice: int) -> None:
    a_year(alice)
    assert texts(client, f"{CARD}&by=time")[7] == "12 h"


def test_a_short_time_is_in_minutes(client: TestClient, alice: int) -> None:
    seed.play(alice, seed.known_track(), "2026-03-02 12:00Z", ms_played=61_000)
    assert texts(client, CARD)[2:4] == ["1", "minute of music"]


@pytest.mark.parametrize(("shape", "height"), [("post", "1350"), ("story", "1920")])
def test_a_card_has_the_requested_shape(client: TestClient, alice: int, shape: str, height: str) -> None:
    a_year(alice)
    assert f'width="1080" height="{height}"' in client.get(f"{CARD}&shape={shape}").text


def test_another_shape_is_refused(client: TestClient, alice: int) -> None:
    answer = client.get(f"{CARD}&shape=square")
    assert answer.status_code == 400
    assert "must be one of post, story" in answer.json()["detail"]


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "\u96e8\u5bbf\u308a\u306e\u706f\u53f0" * 9,
        "x" * 500,
        "\u0644\u064a\u0644",
        "\U0001f3b8",
    ],
)
def test_a_card_shows_any_name_shortened_if_needed(client: TestClient, alice: int, name: str) -> None:
    a_year(alice, name)
    name_on_card = texts(client, CARD)[6]
    assert name_on_card == name or (
        name_on_card.endswith("\u2026") and name.startswith(name_on_card[:-1]) and len(name_on_card) <= 34
    )


def test_a_card_without_plays_is_still_a_picture(client: TestClient, alice: int) -> None:
    assert texts(client, CARD)[2:4] == ["0", "minutes of music"]


def test_a_card_shows_only_what_the_link_may_show(client: TestClient, alice: int) -> None:
    """With totals only, the card has the months of the year instead of the hours of the day."""
    a_year(alice)
    link = shared(alice, question="recap", period="2026", redacted=True)
    assert client.get(CARD).text.count("<path") >= 24
    assert client.get(f"/recap/alice/card.svg?share={link}").text.count("<path") < 24
    assert client.get(f"/recap/alice/card.svg?period=2025&share={link}").status_code == 400
    other = shared(alice, question="streaks")
    assert client.get(f"/recap/alice/card.svg?share={other}", headers=BROWSER).status_code == 404


def test_an_unchanged_card_is_not_sent_again(client: TestClient, alice: int) -> None:
    a_year(alice)
    tag = client.get(CARD).headers["etag"]
    assert client.get(CARD, headers={"If-None-Match": tag}).status_code == 304


def test_a_recap_shows_its_card_and_lets_its_owner_share_it(client: TestClient, alice: int) -> None:
    a_year(alice)
    assert 'src="/recap/alice/card.svg?period=2026&amp;shape=post"' in page(client, "/recap/alice?period=2026")
    assert 'name="question" value="recap"' not in page(client, "/recap/alice?period=2026")
    client.cookies.update(signed_in(alice))
    html = page(client, "/recap/alice?period=2026")
    assert 'name="question" value="recap"' in html
    assert 'name="period" value="2026"' in html
    assert 'name="period" value="20' not in page(client, "/recap/alice?period=all")


def size_of(client: TestClient, address: str) -> tuple[int, int]:
    """(width, height) in pixels, from the header of the PNG."""
    answer = client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png"), answer.text
    assert answer.content.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", answer.content[16:24])


@pytest.mark.parametrize(("shape", "size"), [("post", (1080, 1350)), ("story", (1080, 1920)), ("wide", (1200, 630))])
def test_a_card_is_also_available_as_png(client: TestClient, alice: int, shape: str, size: tuple[int, int]) -> None:
    a_year(alice, "<script>alert(1)</script> \u96e8\u5bbf\u308a")
    assert size_of(client, f"/recap/alice/card.png?period=2026&shape={shape}") == size


def test_a_png_changes_with_the_data_and_is_not_sent_again_unchanged(client: TestClient, alice: int) -> None:
    address = "/recap/alice/card.png?period=2026&shape=wide"
    without_plays = client.get(address)
    a_year(alice)
    first = client.get(address)
    assert first.content != without_plays.content
    again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def preview(client: TestClient, address: str) -> str | None:
    """The path and query of the picture that messengers show for the page."""
    image = re.search(r'<meta property="og:image" content="([^"]+)">', page(client, address))
    if image is None:
        return None
    parts = urlsplit(unescape(image[1]))
    assert f"{parts.scheme}://{parts.netloc}" == "http://127.0.0.1"
    return f"{parts.path}?{parts.query}"


def test_a_shared_page_has_a_card_as_its_preview(client: TestClient, alice: int) -> None:
    a_year(alice)
    link = shared(alice, period="2026", redacted=True)
    for question in ("recap", "totals", "top-artists"):
        picture = preview(client, f"/{question}/alice?share={link}") or ""
        assert picture.startswith("/recap/alice/card.png?period=2026")
        assert size_of(client, picture) == (1200, 630)


def test_a_link_without_recaps_has_our_icon_and_an_unshared_page_no_preview(client: TestClient, alice: int) -> None:
    a_year(alice)
    other = preview(client, f"/streaks/alice?share={shared(alice, question='streaks')}") or ""
    assert other.startswith("/static/icon-512.png")
    client.cookies.update(signed_in(alice))
    assert preview(client, "/recap/alice?period=2026") is None
