"""The search and the filters of a history: the form, what each filter is called, and links that remove one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from db.plays.pairs import SOURCES
from insights.answers.parameters import an_id
from insights.items.lookup import known_id
from insights.items.names import known_albums, known_artists, known_tracks
from insights.question import ITEMS, OF, TRAITS
from web.languages.when import of_decade
from web.pages.languages import _
from web.questions.view import View
from web.statistics.device_names import device_names
from web.statistics.sources import source_name
from web.visitors.credentials import SHARE

NOT_KEPT = {"q", "device", "skipped", "source", "offline", "incognito", "cursor"}  # by the form: they are its fields
KNOWN: Mapping[str, Callable[[int, list[int]], Mapping[int, Any]]] = {
    "artist": known_artists,
    "album": known_albums,
    "track": known_tracks,
}


@dataclass(frozen=True, slots=True)
class Select:
    """A field of the form; each option is a value and its text. The first, whose value is empty, selects everything."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str

    @property
    def chosen_text(self) -> str:
        return dict(self.options).get(self.chosen, self.chosen)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set; `href` is the page without it."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class SearchForm:
    """`kept` are the other parameters of the address."""

    action: str
    q: str
    selects: tuple[Select, ...]
    kept: tuple[tuple[str, str], ...]
    chips: tuple[Chip, ...]
    reset: str


def search_form(view: View) -> SearchForm:
    selects = tuple(_select(view, *field) for field in _fields(view))
    removed = dict.fromkeys((*NOT_KEPT, *OF))
    action = view.address(view.request.scope["path"]).partition("?")[0]
    chips = tuple(_chips(view, selects))
    return SearchForm(action, view.query.get("q", ""), selects, tuple(_kept(view)), chips, view.here(**removed))


def _kept(view: View) -> Iterator[tuple[str, str]]:
    yield from ((name, value) for name, value in view.query.items() if name not in NOT_KEPT)
    if view.parsed.visitor.via == "link":
        yield SHARE, view.request.query_params[SHARE]


def _select(view: View, name: str, label: str, options: Mapping[str, str]) -> Select:
    return Select(name, label, tuple(options.items()), view.query.get(name, ""))


def _fields(view: View) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Those that the reader may use."""
    if view.may_ask("devices"):
        yield "device", _("Device"), {"": _("Any device"), **device_names()}
    if view.may_ask("skips"):
        yield "skipped", _("Skipped"), {"": _("Skipped or not"), "true": _("Skipped"), "false": _("Not skipped")}
    if view.may_ask("shuffle"):
        yield "offline", _("Connection"), {"": _("Any"), "true": _("Offline"), "false": _("Online")}
        sessions = {"true": _("In a private session"), "false": _("Not in a private session")}
        yield "incognito", _("Session"), {"": _("Any"), **sessions}
    yield "source", _("Source"), {"": _("Any source"), **{source: source_name(source) for source in SOURCES}}


def _chips(view: View, selects: tuple[Select, ...]) -> Iterator[Chip]:
    if q := view.query.get("q"):
        yield Chip(f"\u201c{q}\u201d", _without(view, "q"))
    for kind in (kind for kind in ITEMS if kind in view.query):
        yield Chip(_item_name(view, kind), _without(view, kind))
    for trait in (trait for trait in TRAITS if trait in view.query):
        yield Chip(trait_name(trait, view.query[trait]), _without(view, trait))
    for select in (select for select in selects if select.chosen):
        yield Chip(select.chosen_text, _without(view, select.name))


def trait_name(trait: str, value: str) -> str:
    """For a genre or a decade in the address."""
    return of_decade(int(value.removesuffix("s"))) if trait == "decade" else value


def _without(view: View, name: str) -> str:
    return view.here(**{name: None, "cursor": None})


def _item_name(view: View, kind: str) -> str:
    """The artist, album or track that the address names by its id, which is known."""
    account_id = view.account.id
    number = known_id(account_id, kind, an_id(kind, view.query[kind]))
    items = KNOWN[kind](account_id, [number]) if number else {}
    return next((item.name for item in items.values() if item.name), view.query[kind])
