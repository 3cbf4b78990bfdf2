"""/health: the process is alive. Asks nothing of anything else."""

from starlette.requests import Request
from starlette.responses import Response

from web.answers import plain_answer
from web.params import parameters
from web.services import services


async def health(request: Request) -> Response:
    parameters(request)
    return plain_answer({"status": "alive", "version": services(request).version})
