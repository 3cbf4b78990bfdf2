"""Administrators: listeners named in the settings, signed in or with a token of scope `administer`."""

from starlette.requests import Request

from people.actors import Actor
from web.http.errors import Problem
from web.http.services import services
from web.visitors.actors import actor
from web.visitors.visitor import visitor

SIGN_IN = "This is for administrators: sign in at /sign-in, or send a token with the scope `administer`."
NOT_ONE = "This is for administrators: ADMINISTRATORS names them, and their tokens need the scope `administer` for it."


def is_administrator(request: Request) -> bool:
    return visitor(request).may_administer(services(request).administrators)


def administrator(request: Request) -> Actor:
    """The administrator who sends the request. Raises Problem 401 for anonymous visitors, 403 for everybody else."""
    who = visitor(request)
    if who.via == "nobody":
        raise Problem(401, SIGN_IN, headers={"WWW-Authenticate": "Bearer"})
    if not is_administrator(request):
        raise Problem(403, NOT_ONE)
    return actor(request)
