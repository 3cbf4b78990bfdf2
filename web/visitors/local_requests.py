"""Whether a request comes from a person at the machine that this service runs on."""

from ipaddress import ip_address

from starlette.requests import Request

from web.http.hosts import LOOPBACK
from web.http.services import services

FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


def is_from_this_machine(request: Request) -> bool:
    """Whether its address and host name are loopback, and it has no headers that proxies add.

    A proxy on this machine may add none. But then REDIRECT_URI names the proxy's host and not loopback, so nobody
    counts as local. Nor does anybody if the service listens on more than loopback: a container's port forwarder or a
    mesh's sidecar calls from loopback for browsers anywhere, and those choose their Host header.
    """
    app = services(request)
    consent = app.consent
    if consent is None or not consent.leads_to_this_machine or not app.on_loopback:
        return False
    if any(name in request.headers for name in FORWARDED):
        return False
    return _is_loopback(request.client.host if request.client else "") and _asks_for_loopback(request)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _asks_for_loopback(request: Request) -> bool:
    name = request.url.hostname or ""
    return name in LOOPBACK or f"[{name}]" in LOOPBACK
