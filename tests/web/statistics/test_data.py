"""The pages about gaps and checks, and gaps in the calendar."""

import pytest
from starlette.testclient import TestClient

from tests.insights.recording import DAY, collects, imports, listens, misses, november
from tests.web import seed
from tests.web.conftest import NOW
from tests.web.reading import BROWSER, read, words


@pytest.fixture
def alice(client: TestClient) -> int:
    """Plays on every full hour, except for a gap on 18 November from 10:00 to 20:00 UTC."""
    account = seed.account("alice", visibility="public")
    listens(account, november(1) - 30 * DAY, november(18, 10, 1))
    listens(account, november(18, 20), NOW)
    misses(account, november(18, 10), november(18, 20))
    collects(account, NOW)
    return account


def test_a_gap_is_listed_with_time_reason_and_missing_plays(client: TestClient, alice: int) -> None:
    text = read(client, "/gaps/alice")
    assert "About 10 plays missing in one gap." in text
    assert "18 Nov 2026, 11:00 to 20:56 More was played than Spotify remembers about 10" in text


def test_the_timeline_shows_what_is_covered_and_what_is_missing(client: TestClient, alice: int) -> None:
    imports(alice, (november(1), november(12)))
    page = client.get("/gaps/alice", headers=BROWSER).text
    assert 'aria-label="What is covered. About 10 plays missing in one gap."' in page
    assert page.count('<rect class="gap"') == 1
    assert '<rect class="collected"' in page
    assert "probably missing 10 h" in words(page)


def test_a_gap_filled_by_an_export_is_listed_as_filled(client: TestClient, alice: int) -> None:
    imports(alice, (november(1), november(19)))
    assert "No gaps found." in read(client, "/gaps/alice")
    text = read(client, "/gaps/alice?status=closed")
    assert "1 gap filled later." in text
    assert "More was played than Spotify remembers: an export covers it" in text


def test_an_account_without_plays_has_no_timeline(client: TestClient) -> None:
    seed.account("bob", visibility="public")
    page = client.get("/gaps/bob", headers=BROWSER).text
    assert "Nothing has been recorded yet." in words(page)
    assert "<figure" not in page


def test_results_of_checks_are_in_words(client: TestClient, alice: int) -> None:
    text = read(client, "/quality/alice")
    assert "No errors; 2 things worth a look." in text
    assert "Songs without a name" in text
    assert "Plays that lasted more than 24 hours." in text


def test_examples_of_checks_are_in_the_language_of_the_page(client: TestClient, alice: int) -> None:
    seed.play(alice, seed.track(uri="spotify:track:" + "l" * 22), "2026-11-02 10:00Z", ms_played=25 * 3_600_000)
    german = words(client.get("/quality/alice", headers={**BROWSER, "Accept-Language": "de"}).text)
    assert "25,0 Stunden lang geh\u00f6rt" in german
    assert "UTC: etwa 10 Wiedergaben fehlen" in german
    assert "heard for 25.0 hours" in read(client, "/quality/alice")
    odd = [each["odd"] for check in client.get("/quality/alice").json()["checks"] for each in check["examples"]]
    assert "heard for 25.0 hours" in odd


def test_errors_are_named_and_counted_one_by_one(client: TestClient, alice: int) -> None:
    track = seed.track(uri="spotify:track:" + "l" * 22)
    seed.play(alice, track, "2026-11-02 10:00Z", ms_played=25 * 3_600_000)
    seed.play(alice, track, "2026-11-07 10:00Z", ms_played=26 * 3_600_000)
    text = read(client, "/quality/alice")
    assert "2 errors" in text
    assert "Longer than a day Plays that lasted more than 24 hours. 2: an error, because this is impossible" in text


def test_the_link_to_checks_does_not_keep_the_period_of_gaps(client: TestClient, alice: int) -> None:
    assert 'href="/quality/alice"' in client.get("/gaps/alice?period=2026", headers=BROWSER).text


def test_unrecorded_days_are_distinguished_from_days_without_music(client: TestClient) -> None:
    bob = seed.account("bob", visibility="public")
    listens(bob, november(1) - 30 * DAY, november(10))
    listens(bob, november(13), NOW)
    misses(bob, november(10), november(13))
    collects(bob, NOW)
    page = client.get("/calendar/bob?period=2026-11", headers=BROWSER).text
    assert "2 days not recorded" in words(page)
    assert page.count('<td class="none">') == 2
    assert '<path class="none"' in client.get("/calendar/bob?period=2026", headers=BROWSER).text
    imports(bob, (november(1), november(19)))
    seed.change("UPDATE account_version SET data_version = data_version + 1 WHERE account_id = %s", bob)
    assert "not recorded" not in client.get("/calendar/bob?period=2026-11", headers=BROWSER).text
