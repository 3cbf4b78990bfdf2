"""The frame around every page: navigation, who is signed in, what a shared link shows, and the answer that holds it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from db.engine.connection import DatabaseUnreachable
from people.accounts import Account
from recommend.questions import all_questions
from web.http.answers import HTML, answer
from web.http.assets import digest
from web.http.consent_redirect import NO_STORE
from web.http.errors import Problem
from web.http.etags import etag
from web.http.origin import own_origin
from web.http.services import services
from web.http.themes import theme_of
from web.languages.catalogues import LANGUAGES
from web.languages.current import language
from web.openapi.question_names import of_periods
from web.pages.languages import N_, _
from web.pages.notices import Notice, forget_notice, remembered_notice
from web.pages.templates import render
from web.visitors.credentials import SHARE, presented
from web.visitors.csrf import masked, token_of
from web.visitors.visitor import CACHED, NOBODY, Visitor, visitor

STYLES = ("tokens.css", "components.css")  # of every page
MORE_ASSETS = ("keys.js", "menus.js", "statistics.css", "charts.js", "recap.css", "card.js", "copy.js")  # of some
CANONICAL = ("period", "from", "to")  # parameters that make another page; others show the same one
NOTHING: Mapping[str, object] = {}
TODAY = "user-recommendations"  # the question that /today answers
OF_LISTS = ("recommendation-quality",)  # questions whose pages belong to it
# Entries of the navigation, with the questions whose pages belong to each. An entry leads to the first allowed one.
HOME, HOME_PERIOD, HISTORY = ("totals",), "week", "history"
ROOM = 5  # entries beside each other, on a phone
DATA, IMPORTS = ("gaps", "quality"), "/account/import"
SUBJECTS: Mapping[str, Sequence[str]] = {
    N_("Rankings"): ("top-artists", "top-tracks", "top-albums", "artist", "track", "album"),
    N_("History"): (HISTORY,),
    N_("Discover"): ("discoveries", "forgotten", "obsessions", "on-this-day", "first-plays", "new-genres"),
}
MORE_SUBJECTS: Mapping[str, Sequence[str]] = {
    N_("Genres"): ("top-genres", "genre", "genre-activity", "decades", "profile", "origins"),
    N_("Activity"): ("activity", "calendar", "clock", "sessions", "streaks", "milestones"),
    N_("Habits"): ("devices", "countries", "shuffle", "skips", "podcasts"),
    N_("Playlists"): ("playlists", "playlist", "library"),
    N_("Recap"): ("recap",),
    N_("Imports & gaps"): DATA,
}
Entry = tuple[str, str, Sequence[str]]  # name, path, and the questions whose pages belong to it


@dataclass(frozen=True, slots=True)
class Destination:
    """An entry of the navigation."""

    name: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What base.html shows around a page.

    The entries of `more` are in a menu, because a phone has no room for all of them.

    `share` is the secret of the link that the reader followed, which our links pass on; `shared` says what it
    covers, and `origin` begins whole addresses on its pages. `canonical` is the page's address without parameters that
    make no other page. A reader who is not signed in may choose another of the `languages` for this page, whose address
    is `here`. `theme` is the one that the reader chose, if any. `search` is the address of the history that the reader
    can search. A page that `is_alone` links only to the home page, because nothing else may be able to answer.
    """

    version: str
    base_path: str
    navigation: Sequence[Destination] = ()
    more: Sequence[Destination] = ()
    signed_in_as: str | None = None
    csrf: str = ""
    can_sign_in: bool = False
    share: str = ""
    shared: Visitor | None = None
    notice: Notice | None = None
    is_alone: bool = False
    canonical: str = ""
    origin: str = ""
    languages: Sequence[tuple[str, str]] = ()
    here: str = ""
    theme: str = ""
    search: str | None = None


def page(
    request: Request,
    template: str,
    values: Mapping[str, object] = NOTHING,
    *,
    status: int = 200,
    tag: str | None = None,
    about: Account | None = None,
    notice: Notice | None = None,
    who: Visitor | None = None,
) -> Response:
    """Answer with `template` in the frame, given `values`; `about` is the account whose listening it shows.

    Browsers cache a page that has a `tag` (from `page_tag`), and ask whether it has changed. A page without one is not
    cached, and shows the notice that the previous form left. `who` is the reader, if not the visitor of the request.
    """
    who = who or reader(request)
    if tag is not None:
        return answer(request, rendered(template, frame_of(request, who, about), values), tag)
    frame = frame_of(request, who, about, notice or remembered_notice(request))
    headers = {**NO_STORE, "Vary": "Accept-Language"}
    response = Response(rendered(template, frame, values), status, headers, HTML)
    forget_notice(request, response)
    return response


def rendered(template: str, frame: Frame, values: Mapping[str, object]) -> str:
    return render(template, {**values, "frame": frame, "base_path": frame.base_path, "csrf": frame.csrf})


def page_tag(request: Request, accounts: Sequence[Account], *question: object) -> str:
    """The validator of a page about these accounts: it also changes with whatever the frame shows."""
    who, share = reader(request), request.query_params.get(SHARE)
    session = token_of(who.session.text) if who.session else ""
    reads_as = who.username, who.may_administer(services(request).administrators), session, share
    parts = *reads_as, language(), theme_of(request), *map(digest, STYLES + MORE_ASSETS)
    return etag(request, accounts, *question, *parts)


def reader(request: Request) -> Visitor:
    """The reader of the page, anonymous if that cannot be determined: error pages have a frame, too."""
    cached: Visitor | None = request.scope.get(CACHED)
    if cached is not None or presented(request) in {"token", "basic"}:  # an invalid one would count as another attempt
        return cached or NOBODY
    try:
        return visitor(request)
    except (Problem, DatabaseUnreachable):
        return NOBODY


def frame_of(request: Request, who: Visitor, about: Account | None = None, notice: Notice | None = None) -> Frame:
    app = services(request)
    share = request.query_params.get(SHARE, "") if who.via == "link" else ""
    beside, more = _navigation(request, who, share, about)
    return Frame(
        version=app.version,
        base_path=app.base_path,
        navigation=beside,
        more=more,
        signed_in_as=who.username if who.via == "session" else None,
        csrf=masked(token_of(who.session.text)) if who.session else "",
        can_sign_in=app.consent is not None and not request.scope["path"].startswith("/sign-in"),
        share=share,
        shared=who if who.via == "link" else None,
        notice=notice,
        canonical=_canonical(request),
        origin=own_origin(request) if share else "",
        languages=() if who.via == "session" else tuple(_other_languages()),
        here=_here(request, share),
        theme=theme_of(request),
        search=_searchable(request, who, about),
    )


def _navigation(
    request: Request, who: Visitor, share: str, about: Account | None
) -> tuple[Sequence[Destination], Sequence[Destination]]:
    """The entries next to each other, and those in a menu, which a link that shows few pages does not need."""
    beside = tuple(_destinations(request, who, share, _pages(who, about)))
    more = tuple(_destinations(request, who, share, _more_pages(who, about, services(request).administrators)))
    is_short = who.via == "link" and len(beside) + len(more) <= ROOM
    return (beside + more, ()) if is_short else (beside, more)


def _other_languages() -> Iterator[tuple[str, str]]:
    return ((code, name) for code, name in LANGUAGES.items() if code != language())


def _here(request: Request, share: str) -> str:
    """The address of the page, without a secret that is not valid."""
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name != SHARE or share]
    return f"{request.scope['path']}?{urlencode(pairs)}" if pairs else str(request.scope["path"])


def lone_frame(request: Request, version: str, base_path: str) -> Frame:
    """The frame of a page that is shown while nothing else answers, or to all readers."""
    return Frame(version, base_path, is_alone=True, theme=theme_of(request))


def _canonical(request: Request) -> str:
    """The canonical address, which never has a secret, as other parameters of the query may be."""
    query = urlencode({name: value for name in CANONICAL if (value := request.query_params.get(name))})
    path = quote(f"{services(request).base_path}{request.scope['path']}")
    return f"{path}?{query}" if query else path


def _destinations(request: Request, who: Visitor, share: str, entries: Iterable[Entry]) -> Iterator[Destination]:
    base_path, current = services(request).base_path, request.scope["path"]
    for name, path, questions in entries:
        period = {"period": HOME_PERIOD} if questions == HOME and not who.is_restricted else {}
        query = urlencode(period | ({SHARE: share} if share else {}))
        href = f"{base_path}{path}?{query}" if query else f"{base_path}{path}"
        yield Destination(name, href, current == path or _place(current) in questions)


def _place(path: str) -> str:
    """The first part of a path; imports belong to the pages about how complete an account's data is."""
    return DATA[0] if path.startswith(IMPORTS) else path.split("/")[1]


def _pages(who: Visitor, about: Account | None) -> Iterator[Entry]:
    """Entries for the account that is shown, else for the reader's own."""
    username = _username(who, about)
    if username is None:
        return
    if _leads_there(who, about, *HOME):
        yield _("Home"), f"/{HOME[0]}/{username}", HOME
    if about is None or who.may_read(about, TODAY):
        yield _("Today"), f"/today/{username}", OF_LISTS
    yield from _subjects(who, about, SUBJECTS)


def _more_pages(who: Visitor, about: Account | None, administrators: frozenset[str]) -> Iterator[Entry]:
    yield from _subjects(who, about, MORE_SUBJECTS)
    if who.via == "session":
        yield _("Account"), "/account", ("account",)
        if who.may_administer(administrators):
            yield _("Administration"), "/administration", ("administration",)


def _subjects(who: Visitor, about: Account | None, subjects: Mapping[str, Sequence[str]]) -> Iterator[Entry]:
    username = _username(who, about)
    if username is None:
        return
    for name, questions in subjects.items():
        if first := next((question for question in questions if _leads_there(who, about, question)), None):
            yield _(name), all_questions()[first].path.format(username=username), questions


def _username(who: Visitor, about: Account | None) -> str | None:
    own = who.username if who.via == "session" else None
    return about.username if about else own


def _searchable(request: Request, who: Visitor, about: Account | None) -> str | None:
    """The history of the account that is shown, else of the reader's own; its own page has a search already."""
    username = _username(who, about)
    if username is None or request.scope["path"].startswith(f"/{HISTORY}/") or not _leads_there(who, about, HISTORY):
        return None
    return services(request).base_path + all_questions()[HISTORY].path.format(username=username)


def _leads_there(who: Visitor, about: Account | None, name: str) -> bool:
    """Whether the question has a page about an account alone, which the reader may see."""
    question = all_questions()[name]
    if not question.page or question.about != "{username}":
        return False
    is_too_much = (who.period is not None and name not in of_periods()) or (who.sums_only and not question.sums_only)
    return (about is None or who.may_read(about, name)) and not is_too_much
