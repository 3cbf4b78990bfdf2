"""Stored sentences about imports are translated when shown."""

from pathlib import Path

import pytest

from collect.exports.archives import NAMED_IN_A_REFUSAL
from collect.exports.file_names import OF_LISTENBRAINZ, reason_to_leave_out
from collect.exports.format_detection import recognise
from collect.uploads import job
from tests.web.imports.uploading import Browser, open_browser
from web.imports.stored_sentences import stored_sentence
from web.languages.current import speaking

REASONS = [
    *OF_LISTENBRAINZ.values(),
    *map(str, map(reason_to_leave_out, (".DS_Store", "Userdata.json", "cover.jpg", "Technical Log Information.json"))),
    *(str(recognise(head, "a.json")) for head in (b"", b"[]", b"Rar!", b'{"a": 1}')),
    job.GONE,
    job.FAULT,
    job.GAVE_UP.format(5),
    job.UNREADABLE.format("No such device"),
]
DOUBTS = [
    (
        "The rows name 2 different usernames (1,234 and 56 rows): it looks like several people's exports.",
        "Die Zeilen nennen 2 verschiedene Benutzernamen (1.234 und 56 Zeilen): Es sieht nach Exporten mehrerer "
        "Personen aus.",
    ),
    (
        "About 1,200 of 3,400 rows are plays of another account here already (bob): is this the right account?",
        "Etwa 1.200 von 3.400 Zeilen sind hier schon Wiedergaben eines anderen Kontos (bob): Ist das das richtige "
        "Konto?",
    ),
]


@pytest.fixture
def alice(database_url: str, tmp_path: Path) -> Browser:
    return open_browser(tmp_path / "uploads")


@pytest.mark.parametrize("stored", REASONS)
def test_a_stored_reason_is_translated_and_unchanged_in_english(stored: str) -> None:
    assert stored_sentence(stored) == stored
    with speaking("de"):
        assert stored_sentence(stored) != stored


@pytest.mark.parametrize(("stored", "german"), DOUBTS)
def test_numbers_are_written_as_in_the_language(stored: str, german: str) -> None:
    with speaking("de"):
        assert stored_sentence(stored) == german


def test_an_unknown_sentence_of_another_version_stays_unchanged() -> None:
    with speaking("de"):
        assert stored_sentence("Because of the weather") == "Because of the weather"


def test_a_refusal_of_other_files_is_in_the_readers_language(alice: Browser) -> None:
    alice.client.headers["Accept-Language"] = "de"
    names = [f"b c {place}.json" for place in range(NAMED_IN_A_REFUSAL + 2)]
    page = alice.import_now(("cover.jpg", b"x"), *((name, b"[]") for name in names))
    assert "Nichts zu importieren: kein Streamingverlauf" in page
    assert "gefunden. cover.jpg: keine JSON-, CSV-, gzip- oder Zip-Datei. b c 0.json: eine leere Liste." in page
    assert "Und 3 weitere. Lade das Zip hoch, das Spotify dir geschickt hat" in page


def test_a_refusal_of_useless_rows_is_in_the_readers_language(alice: Browser) -> None:
    alice.client.headers["Accept-Language"] = "de"
    page = alice.import_now(("Streaming_History_Audio_2025.json", b'[{"ts": "2025"}]'), ("cover.jpg", b"x"))
    assert "Von den Zeilen (1) ist keine brauchbar" in page
    assert "cover.jpg wurde nicht gelesen: keine JSON-, CSV-, gzip- oder Zip-Datei. Vielleicht ist" in page


def test_a_refusal_of_a_damaged_zip_is_in_the_readers_language(alice: Browser) -> None:
    alice.client.headers["Accept-Language"] = "de"
    page = alice.import_now(("my.zip", b"PK\x03\x04"))
    assert "my.zip ist kein vollständiges Zip: Lade es noch einmal herunter." in page
