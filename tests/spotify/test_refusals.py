"""The bodies of refusals are read in Spotify's format and any other, and only printable text is quoted."""

import pytest

from spotify.refusals import message, parsed, plain, reason


@pytest.mark.parametrize(
    ("body", "words", "why"),
    [
        (b'{"error": {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}}',
         "Too many requests", "QUOTA_EXCEEDED"),
        (b'\xef\xbb\xbf{"error": {"message": "Forbidden"}}', "Forbidden", ""),
        (b'{"error": {"status": 403}}', "", ""),
        (b'{"error": {"message": null, "reason": 7}}', "", ""),
        (b'{"error": "invalid_grant", "error_description": "Refresh token revoked"}', "", ""),
        (b'{"error": ["odd"]}', "", ""),
        (b'["odd"]', "", ""),
        (b'"Forbidden"', "", ""),
        (b"User not registered in the Developer Dashboard", "", ""),
        (b"<html>Bad gateway</html>", "", ""),
        (b"\xff\xfe\x00", "", ""),
        (b'{"error": {"message": "cut of', "", ""),
        (b"[" * 200_000, "", ""),
        (b"", "", ""),
    ],
)  # fmt: skip
def test_the_message_and_reason_of_a_refusal_are_read(body: bytes, words: str, why: str) -> None:
    assert (message(parsed(body)), reason(parsed(body))) == (words, why)


@pytest.mark.parametrize("body", [b"", b"text", b"\xff", b"{", b"[" * 200_000, b"1" * 5000])
def test_invalid_json_reads_as_none(body: bytes) -> None:
    assert parsed(body) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [("Invalid limit", "Invalid limit"), ("a\x00b\nc\ud800d\x1b[1m", "abcd[1m"), ("é" * 500, "é" * 200), (None, ""),
     (7, ""), ({}, "")],
)  # fmt: skip
def test_quoted_text_is_printable_and_short(text: object, kept: str) -> None:
    assert plain(text) == kept
