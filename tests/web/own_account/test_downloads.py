"""/account/export offers every play as a file, the same as at a terminal."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence

import pytest
from starlette.testclient import TestClient

from db.engine.connection import DatabaseUnreachable
from db.engine.streaming import snapshot
from export.archive import Archive, write_archive
from export.listenbrainz_zip import write_listens_zip
from insights.answers.reading import reading
from insights.plays import plays_in_turn
from insights.plays.every_play import StoredPlay, every_play, other_reports
from insights.plays.recorded import covered_times
from tests.web import seed
from tests.web.reading import content, links, page, read
from tests.web.visitors.visiting import signed_in
from web.own_account import downloads

SPOTIFY, LISTENBRAINZ = "/account/export/spotify", "/account/export/listenbrainz"


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plays_in_turn, "BATCH", 2)


@pytest.fixture
def heard(alice: int) -> int:
    """Insert five plays, two of them at one moment, and a less precise report of one; returns the account."""
    track = seed.known_track()
    first, *_ = seed.plays(alice, track, [f"2026-06-0{day} 12:00Z" for day in (1, 2, 2, 3, 4)])
    seed.play(alice, track, "2026-06-01 12:00:01Z", source="recent", superseded_by=first)
    return alice


def downloaded_zip(browser: TestClient, address: str) -> zipfile.ZipFile:
    answer = browser.get(address)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    return zipfile.ZipFile(io.BytesIO(answer.content))


def files(archive: zipfile.ZipFile) -> dict[str, bytes]:
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


def test_spotifys_format_equals_the_terminals(browser: TestClient, heard: int) -> None:
    whole = io.BytesIO()
    with reading(), snapshot():
        write_archive(whole, heard, every_play(heard), other_reports(heard), covers=covered_times(heard))
    downloaded = files(downloaded_zip(browser, SPOTIFY))
    assert downloaded == files(zipfile.ZipFile(whole))
    history = next(body for name, body in downloaded.items() if "Audio" in name)
    assert len(json.loads(history)) == 5


def test_listenbrainzs_format_equals_the_terminals(browser: TestClient, heard: int) -> None:
    whole = io.BytesIO()
    with reading(), snapshot():
        write_listens_zip(whole, every_play(heard), heard, "alice")
    downloaded = files(downloaded_zip(browser, LISTENBRAINZ))
    assert downloaded == files(zipfile.ZipFile(whole))
    assert len(downloaded["listens/2026/6.jsonl"].splitlines()) == 5


def test_the_page_links_to_files_with_names(browser: TestClient, heard: int) -> None:
    assert "Your 5 plays, as a file." in read(browser, "/account/export")
    offered = [href for href in links(content(page(browser, "/account/export"))) if "/export/" in href or "=" in href]
    names = [browser.get(href).headers["content-disposition"].partition("=")[2] for href in offered]
    assert names == [
        '"alice-streaming-history.zip"', '"listenbrainz_alice.zip"', '"history-alice-all.csv"',
        '"history-alice-all.ndjson"',
    ]  # fmt: skip
    table = browser.get(offered[2]).content.decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(table)))) == 5


def test_a_part_that_fails_is_made_again(browser: TestClient, heard: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real, failures = Archive.add, [DatabaseUnreachable("gone")]

    def failing(archive: Archive, name: str, batch: Sequence[StoredPlay]) -> None:
        if failures:
            raise failures.pop()
        real(archive, name, batch)

    monkeypatch.setattr(Archive, "add", failing)
    monkeypatch.setattr("web.server.streaming.WAITS", (0.0, 0.0))
    history = next(body for name, body in files(downloaded_zip(browser, SPOTIFY)).items() if "Audio" in name)
    assert (failures, len(json.loads(history))) == ([], 5)


def test_an_account_without_plays_gets_an_empty_file(browser: TestClient, alice: int) -> None:
    assert list(files(downloaded_zip(browser, LISTENBRAINZ))) == ["user.json"]
    assert [name.rpartition("/")[2] for name in files(downloaded_zip(browser, SPOTIFY))] == ["Insight_Coverage.json"]


def test_the_download_is_of_the_signed_in_account(browser: TestClient, heard: int) -> None:
    browser.cookies = {}
    assert browser.get(SPOTIFY).headers["location"] == "/sign-in?next=%2Faccount%2Fexport"
    browser.cookies = signed_in(seed.account("bob"))
    assert list(files(downloaded_zip(browser, LISTENBRAINZ))) == ["user.json"]


def test_signing_out_ends_a_download(browser: TestClient, heard: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real = downloads.Feed.__call__

    def signed_out(feed: downloads.Feed) -> bool:
        seed.change("DELETE FROM web_session")
        return real(feed)

    monkeypatch.setattr(downloads.Feed, "__call__", signed_out)
    answer = browser.get(SPOTIFY)
    assert not zipfile.is_zipfile(io.BytesIO(answer.content))
