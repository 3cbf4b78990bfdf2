"""Filters by music in the address: their names, the page without each, and the sentence of a page without plays."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from insights.answers.parameters import an_id
from insights.items.lookup import known_id
from insights.items.names import known_albums, known_artists, known_tracks
from insights.question import ITEMS, TRAITS
from web.languages.names import named
from web.languages.when import of_decade
from web.languages.writing import listed
from web.pages.languages import _
from web.questions.view import View
from web.statistics.periods import days_of

KNOWN: Mapping[str, Callable[[int, list[int]], Mapping[int, Any]]] = {
    "artist": known_artists,
    "album": known_albums,
    "track": known_tracks,
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set; `href` is the page without it."""

    text: str
    href: str


def item_chips(view: View) -> Iterator[Chip]:
    for kind in (kind for kind in ITEMS if kind in view.query):
        yield Chip(_item_name(view, kind), without(view, kind))
    for trait in (trait for trait in TRAITS if trait in view.query):
        yield Chip(trait_name(trait, view.query[trait]), without(view, trait))


def without(view: View, *names: str) -> str:
    """The address of the page without these filters."""
    return view.here(**dict.fromkeys((*names, "cursor")))


def nothing_played(view: View, chips: Sequence[Chip]) -> str:
    """The sentence of a page without plays, which names the filters that nothing matches, if any are set."""
    words = {"when": days_of(view).when, "filters": listed([named(chip.text) for chip in chips])}
    if not chips:
        return _("Nothing was played %(when)s.") % words
    return _("Nothing that matches %(filters)s was played %(when)s.") % words


def trait_name(trait: str, value: str) -> str:
    """The name of a genre or a decade in the address."""
    return of_decade(int(value.removesuffix("s"))) if trait == "decade" else value


def _item_name(view: View, kind: str) -> str:
    """The name of the artist, album or track in the address; its id if the reader may not know the name."""
    if not view.may_ask(f"top-{kind}s"):
        return view.query[kind]
    account_id, within = view.account.id, view.scope.period if view.parsed.visitor.is_restricted else None
    number = known_id(account_id, kind, an_id(kind, view.query[kind]), within)
    items = KNOWN[kind](account_id, [number]) if number else {}
    return next((item.name for item in items.values() if item.name), view.query[kind])
