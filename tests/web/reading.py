"""What a person gets from a page: its words, and its links."""

import re


def words(html: str) -> str:
    """What a person reads, in one line."""
    body = re.sub(r"</?(code|a)\b[^>]*>", "", html.partition("<body>")[2])
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def links(html: str) -> list[str]:
    return re.findall(r'<a [^>]*href="([^"]+)"', html)
