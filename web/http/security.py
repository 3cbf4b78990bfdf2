"""Security headers of every answer."""

# Pages load their own style sheets, scripts and icon, and album covers from Spotify's image host; nothing inline.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' https://i.scdn.co; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
A_YEAR = 31_536_000  # seconds for which browsers then use only HTTPS


def raw_headers(*, over_https: bool) -> list[tuple[bytes, bytes]]:
    """The headers in ASGI's form, with Strict-Transport-Security over HTTPS."""
    more = {"Strict-Transport-Security": f"max-age={A_YEAR}"} if over_https else {}
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in {**HEADERS, **more}.items()]
