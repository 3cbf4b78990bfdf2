"""`genres artist` says how an artist was identified, and corrects it."""

import argparse

import pytest

from db.engine.connection import connected, rows
from terminal.features.genres import run_artist
from tests.web import seed

PAGE = "https://musicbrainz.org/artist/"
IDS = [f"{digit * 8}-0000-4000-8000-000000000000" for digit in "1234"]


@pytest.fixture
def lanterns(database_url: str) -> int:
    """The id of an artist whom Alice has played."""
    seed.play(seed.account(), seed.known_track(), "2026-03-01 10:00Z")
    with connected():
        ((number,),) = rows("SELECT artist_id FROM account_track")
    return int(number)


def output(
    capsys: pytest.CaptureFixture[str], artist: str, mbid: str | None = None, *, undo: bool = False
) -> list[str]:
    run_artist(argparse.Namespace(user="alice", artist=artist, mbid=mbid, undo=undo))
    return capsys.readouterr().out.splitlines()


def test_each_id_is_listed_with_how_it_was_found(capsys: pytest.CaptureFixture[str], lanterns: int) -> None:
    assert output(capsys, "The Lanterns") == ["Not known at MusicBrainz, or not looked up yet."]
    evidence = (("names", 4), ("isrc", 3), ("names", 1))
    for mbid, (source, votes) in zip(IDS, evidence, strict=False):
        seed.insert(
            "artist_identity", artist_id=lanterns, mbid=mbid, source=source, votes=votes, decided_at="2026-03-01Z"
        )
    assert output(capsys, "The Lanterns") == [
        f"{PAGE}{IDS[0]}: found by its name and those of its songs",
        f"{PAGE}{IDS[1]}: found by the codes of its songs (ISRC)",
        f"{PAGE}{IDS[2]}: found by its name and those of its songs; it does not count until another song confirms it",
    ]
    assert output(capsys, "The Lanterns", IDS[3])[0] == f"{PAGE}{IDS[3]}: a correction"


def test_an_artist_called_by_a_number_can_be_corrected(capsys: pytest.CaptureFixture[str], lanterns: int) -> None:
    seed.play(1, seed.track_by(str(lanterns)), "2026-03-01 11:00Z")
    assert output(capsys, str(lanterns), IDS[0]) == [f"{PAGE}{IDS[0]}: a correction"]
    assert output(capsys, f"#{lanterns}") == ["Not known at MusicBrainz, or not looked up yet."]
    assert output(capsys, "The Lanterns") == ["Not known at MusicBrainz, or not looked up yet."]
