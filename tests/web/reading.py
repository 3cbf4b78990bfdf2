"""What a person gets from a page: its words, and its links."""

import re


def words(html: str) -> str:
    """What a person reads, in one line."""
    body = re.sub(r"</?(code|a|b|bdi|strong|time)\b[^>]*>", "", html.partition("<body>")[2])
    body = re.sub(r'<(\w+) [^>]*aria-hidden="true"[^>]*>[^<]*</\1>', " ", body)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def content(html: str) -> str:
    """What is in a page's frame."""
    return html.partition("<main")[2].partition("</main>")[0]


def links(html: str) -> list[str]:
    """All but the one that skips to the content."""
    return re.findall(r'<a (?!class="skip")[^>]*href="([^"]+)"', html)
