"""Names within the sentences of pages are shortened and cannot change the direction of the text."""

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.reading import page
from web.languages.names import MOST, named


@pytest.mark.parametrize("name", ["Paper Boats", "Sigur Rós", "音楽", "a" * MOST])
def test_an_ordinary_name_stays_unchanged(name: str) -> None:
    assert named(name) == name


def test_a_heading_shortens_long_names_and_isolates_their_direction(client: TestClient) -> None:
    alice = seed.account()
    for number, name in enumerate(("\u202eturned", "W" * 500)):
        track = seed.track(uri="spotify:track:" + f"{number:022}", name=name, artist_name=f"Artist {number}")
        seed.plays(alice, track, [f"2026-03-{day:02} {12 + number}:00Z" for day in range(1, 25 - number)])
    heading = page(client, "/top-tracks/alice?period=2026").partition("<h1>")[2].partition("</h1>")[0]
    assert heading == f"\u2068\u202eturned\u2069 leads, 1 play ahead of {'W' * (MOST - 1)}\u2026."
