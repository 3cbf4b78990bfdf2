"""Whether a request comes from the machine that this service runs on, from a person in front of it."""

from ipaddress import ip_address

from starlette.requests import Request

from web.http.hosts import LOOPBACK
from web.http.services import services

FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


def is_from_this_machine(request: Request) -> bool:
    """By its address, the name it asks under, and nothing that a proxy adds.

    A proxy on this machine can hide that it is one. Where there is one, browsers come back to its name and not to
    loopback, so REDIRECT_URI tells: if it names another host, nobody is taken to be in front of this machine. Nor is
    anybody where the service listens on more than loopback: what forwards a container's port, or a mesh's sidecar, can
    ask from loopback for a browser anywhere, and Host says what that browser likes.
    """
    known = services(request)
    consent = known.consent
    if consent is None or not consent.leads_to_this_machine or not known.on_loopback:
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
