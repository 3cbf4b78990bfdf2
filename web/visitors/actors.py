"""Who makes a change: the visitor, in the form that the use cases in people/ take."""

from starlette.requests import Request

from people.actors import Actor
from web.http.services import services
from web.visitors.visitor import visitor


def actor(request: Request) -> Actor:
    """The listener who is signed in, or whose token is presented."""
    who = visitor(request)
    return Actor(str(who.username), who.via == "session", services(request).administrators)
