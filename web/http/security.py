"""What every answer tells a browser not to do."""

# Our pages load their own style sheets and icon, and album covers where Spotify keeps them; no script at all.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' https://i.scdn.co; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
A_YEAR = 31_536_000  # seconds for which a browser that came over https comes no other way


def raw_headers(*, over_https: bool) -> list[tuple[bytes, bytes]]:
    """As ASGI takes them, with what only https allows to ask for."""
    more = {"Strict-Transport-Security": f"max-age={A_YEAR}"} if over_https else {}
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in {**HEADERS, **more}.items()]
