"""Several programs that call one service keep to its rate limit together."""

from db.enrichment.pace import claim_call


def test_each_call_waits_for_the_one_before(database_url: str) -> None:
    waits = [claim_call("musicbrainz", 100.0) for _ in range(3)]
    assert [round(wait / 100, 1) for wait in waits] == [0.0, 1.0, 2.0]


def test_services_do_not_wait_for_each_other(database_url: str) -> None:
    claim_call("musicbrainz", 100.0)
    assert claim_call("listenbrainz", 100.0) == 0.0
