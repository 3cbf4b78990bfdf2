"""The form for choosing a period by dates."""

import re
from html import unescape

from starlette.testclient import TestClient

from tests.web import seed
from tests.web.reading import BROWSER, page, words
from tests.web.visitors.visiting import shared


def fields(html: str) -> dict[str, str]:
    """The name and the value of each field in the form of dates."""
    form = next(
        form for form in re.findall(r"<form method=\"get\">.*?</form>", html, re.DOTALL) if 'name="from"' in form
    )
    inputs = re.findall(r"<input [^>]*>", form)
    return {re.findall(r'name="(\w+)"', each)[0]: unescape(re.findall(r'value="(.*?)"', each)[0]) for each in inputs}


def test_the_form_of_dates_has_the_dates_of_the_period(client: TestClient) -> None:
    seed.account()
    assert fields(page(client, "/activity/alice?period=2026-02&step=day")) == {
        "step": "day", "from": "2026-02-01", "to": "2026-03-01",
    }  # fmt: skip
    assert fields(page(client, "/activity/alice?period=all")) == {"from": "", "to": ""}


def test_dates_in_the_wrong_order_can_be_corrected(client: TestClient) -> None:
    seed.account()
    answer = client.get("/activity/alice?from=2026-03-01&to=2026-02-01&step=day", headers=BROWSER)
    assert answer.status_code == 400
    assert "The end must be after the start." in words(answer.text)
    assert fields(answer.text) == {"step": "day", "from": "2026-03-01", "to": "2026-02-01"}


def test_a_date_that_does_not_exist_can_be_corrected(client: TestClient) -> None:
    seed.account()
    answer = client.get("/activity/alice?from=2026-02-30&to=2026-03-01", headers=BROWSER)
    assert (answer.status_code, fields(answer.text)["to"]) == (400, "2026-03-01")
    assert "from must be a date that exists" in words(answer.text)


def test_another_refusal_shows_no_form_of_dates(client: TestClient) -> None:
    seed.account()
    answer = client.get("/activity/alice?from=2026-02-01&step=century", headers=BROWSER)
    assert (answer.status_code, 'name="from"' in answer.text) == (400, False)


def test_the_form_of_dates_keeps_a_shared_link(client: TestClient) -> None:
    secret = shared(seed.account(visibility="private"), "activity")
    assert fields(page(client, f"/activity/alice?share={secret}"))["share"] == secret
