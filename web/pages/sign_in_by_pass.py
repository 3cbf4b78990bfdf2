"""/sign-in/pass: sign a browser in with a one-time link from the terminal, if there is no Spotify app."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from advice import public_command
from db.people.passes import use_pass
from insights.answers.reading import reading
from web.handlers.params import parameters
from web.http.consent_redirect import NO_STORE
from web.http.errors import Problem
from web.http.rate_limits import limited
from web.http.services import services
from web.languages.sentences import Sentence
from web.pages.frame import page
from web.pages.refusals import for_people
from web.pages.sign_in import HOME
from web.visitors.browser_session import begin_browser_session


@for_people
def pass_page(request: Request) -> Response:
    """A page with a button: programs that preview links must not use the pass up."""
    return page(request, "sign_in_by_pass.html", {"secret": parameters(request, "pass").get("pass", "")})


def sign_in_by_pass(request: Request, form: Mapping[str, object]) -> Response:
    """Use the pass. Raises Problem 403, 429."""
    parameters(request)
    limited(request, "sign_in")
    with reading():
        used = use_pass(str(form.get("pass", "")))
    if used is None:
        raise _used_up()
    response = RedirectResponse(f"{services(request).base_path}{HOME}", 303, NO_STORE)
    begin_browser_session(request, response, used.account_id, used.username)
    return response


def _used_up() -> Problem:
    signing_in = public_command("cli.py", "sign-in USERNAME")
    return Problem(
        403,
        Sentence("This link has been used or has expired: make another with `%(command)s`.", command=signing_in),
    )
