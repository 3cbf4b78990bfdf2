"""Lists are available as CSV for spreadsheets and as NDJSON for programs."""

import csv
import io
import json

import pytest
from starlette.testclient import TestClient

from tests.web.seed import account, known_track, play, track
from tests.web.visitors.visiting import shared


@pytest.fixture
def alice(client: TestClient) -> int:
    alice = account()
    play(alice, known_track(), "2025-03-01T12:00:00Z")
    formula = track(uri="spotify:track:" + "x" * 22, name='=HYPERLINK("http://evil.example")', artist_name="A, B\n“C”")
    for minute in (10, 20):
        play(alice, formula, f"2025-03-01T12:{minute}:00Z")
    return alice


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_ranking_is_available_as_csv_without_formulas(client: TestClient, alice: int) -> None:
    answer = client.get("/top-tracks/alice?period=2025&format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["content-disposition"] == 'attachment; filename="top-tracks-alice-2025.csv"'
    assert answer.text.startswith("\ufeffrank,rank_before,id,track.name,")
    first, second = table(answer.text)
    assert first["track.name"] == '\'=HYPERLINK("http://evil.example")'  # as text, never as a formula
    assert (first["track.artists"], first["plays"], first["track.album.name"]) == ("A, B\n“C”", "2", "")
    assert (second["track.artists"], second["share"]) == ("The Lanterns; A Guest", "0.333333")


def test_a_ranking_is_available_as_lines_of_json(client: TestClient, alice: int) -> None:
    answer = client.get("/top-tracks/alice", headers={"Accept": "application/x-ndjson"})
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in answer.text.splitlines()] == client.get("/top-tracks/alice").json()["tracks"]


@pytest.mark.parametrize("accepted", ["*/*", "application/json", "application/json, text/html", "image/png"])
def test_other_clients_get_json(client: TestClient, alice: int, accepted: str) -> None:
    answer = client.get("/top-tracks/alice", headers={"Accept": accepted})
    assert answer.headers["content-type"] == "application/json"


def test_each_format_has_its_own_etag(client: TestClient, alice: int) -> None:
    tags = [client.get("/top-tracks/alice", headers={"Accept": each}).headers["etag"] for each in ("*/*", "text/csv")]
    assert len(set(tags)) == 2
    again = client.get("/top-tracks/alice", headers={"Accept": "text/csv", "If-None-Match": tags[1]})
    assert again.status_code == 304


def test_a_link_with_sums_only_has_no_times_and_no_ids(client: TestClient, alice: int) -> None:
    link = shared(alice, redacted=True)
    (header, *_) = client.get(f"/top-tracks/alice?period=2025&format=csv&share={link}").text.splitlines()
    assert "played_at" not in header
    assert not {"id", "\ufeffid"} & set(header.split(","))


def test_an_unknown_format_is_refused(client: TestClient, alice: int) -> None:
    answer = client.get("/top-tracks/alice?format=xml")
    assert (answer.status_code, answer.json()["detail"]) == (400, "`format` must be one of json, csv, ndjson, html.")
