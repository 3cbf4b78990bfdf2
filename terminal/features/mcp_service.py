"""The service behind `cli.py mcp`, in the same process. Importing it takes longer than most commands run."""

from arguments import version
from db.people.accounts import AccountError
from terminal.mcp import Web
from web.http.services import Services
from web.mcp.stdio import NotServed, serve
from web.service import web_service


def serve_mcp(web: Web, token: str) -> None:
    """Until standard input ends. Raises AccountError for a token that may read nothing."""
    services = Services(version(), web.now, week_starts=web.week_starts, music_services=tuple(web.music_services))
    try:
        serve(web_service(services, question_seconds=web.question_seconds), token)
    except NotServed as error:
        raise AccountError(str(error)) from error
