"""/health: the process is alive. Depends on nothing else."""

from starlette.requests import Request
from starlette.responses import Response

from web.answer_types.service import Health
from web.handlers.params import parameters
from web.http.answers import plain_answer
from web.http.services import services


async def health(request: Request) -> Response:
    parameters(request)
    return plain_answer(Health("alive", services(request).version))
