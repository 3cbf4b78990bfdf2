"""The search and the filters of a history: the form, the names of filters, and links that remove them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from db.plays.reported_play import SOURCES
from insights.question import OF
from web.pages.languages import _
from web.questions.view import View
from web.statistics.device_names import device_names
from web.statistics.item_filters import Chip, item_chips, without
from web.statistics.sources import source_name
from web.visitors.credentials import SHARE

NOT_KEPT = {"q", "device", "skipped", "source", "offline", "incognito", "cursor"}  # by the form, as its own fields


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
class SearchForm:
    """The form; `kept` are the other parameters of the address."""

    action: str
    q: str
    selects: tuple[Select, ...]
    kept: tuple[tuple[str, str], ...]
    chips: tuple[Chip, ...]
    reset: str


def search_form(view: View) -> SearchForm:
    selects = tuple(_select(view, *field) for field in _fields(view))
    action = view.address(view.request.scope["path"]).partition("?")[0]
    chips = tuple(_chips(view, selects))
    return SearchForm(
        action, view.query.get("q", ""), selects, tuple(_kept(view)), chips, without(view, *NOT_KEPT, *OF)
    )


def _kept(view: View) -> Iterator[tuple[str, str]]:
    yield from ((name, value) for name, value in view.query.items() if name not in NOT_KEPT)
    if view.parsed.visitor.via == "link":
        yield SHARE, view.request.query_params[SHARE]


def _select(view: View, name: str, label: str, options: Mapping[str, str]) -> Select:
    return Select(name, label, tuple(options.items()), view.query.get(name, ""))


def _fields(view: View) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """The fields that the reader may use."""
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
        yield Chip(f"\u201c{q}\u201d", without(view, "q"))
    yield from item_chips(view)
    for select in (select for select in selects if select.chosen):
        yield Chip(select.chosen_text, without(view, select.name))
