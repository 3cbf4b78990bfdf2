"""Read pages as a person does: their words and their links."""

import re

from starlette.testclient import TestClient

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def words(html: str) -> str:
    """The visible text of a page, in one line."""
    body = re.sub(r"</?(code|a|b|bdi|strong|time|wbr)\b[^>]*>", "", html.partition("<body>")[2])
    body = re.sub(r'<(\w+) [^>]*aria-hidden="true"[^>]*>[^<]*</\1>', " ", body)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def content(html: str) -> str:
    """The content of a page's `main` element."""
    return html.partition("<main")[2].partition("</main>")[0]


def links(html: str) -> list[str]:
    """The targets of all links but the one that skips to the content."""
    return re.findall(r'<a (?!class="skip")[^>]*href="([^"]+)"', html)


def page(client: TestClient, address: str) -> str:
    """The HTML that a browser gets at the address."""
    answer = client.get(address, headers=BROWSER)
    assert answer.status_code == 200, answer.text
    return answer.text


def read(client: TestClient, address: str) -> str:
    """The visible text of the page at the address."""
    return words(page(client, address))
