"""/health: the process is alive. Asks nothing of anything else."""

from starlette.requests import Request
from starlette.responses import Response

from web.handlers.params import parameters
from web.http.answers import plain_answer
from web.http.services import services


async def health(request: Request) -> Response:
    parameters(request)
    return plain_answer({"status": "alive", "version": services(request).version})
