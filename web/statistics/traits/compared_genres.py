"""The genres that two listeners share, for the page that compares them."""

from collections.abc import Mapping
from dataclasses import replace

from db.sums import summed_periods
from insights.traits.genres import GenreRecord, heard_genres
from people.accounts import Account
from web.languages.writing import percent
from web.pages.languages import _
from web.questions.view import View
from web.statistics.pairs import Compared, Pairs, Side, pairs
from web.statistics.traits.shown_genres import shown_genre

LISTED, MOST = 10, 200
QUESTION = "top-genres"


def shared_genres(view: View, other: Account, names: tuple[str, str]) -> Pairs | None:
    """The genres that both play most, by share; None if the reader may not know, or there are none. Three queries."""
    if not (view.may_ask(QUESTION) and view.parsed.visitor.may_read(other, QUESTION)):
        return None
    theirs = replace(view.scope, account_id=other.id, summed=summed_periods(other.id))
    own, others = (_by_name(heard_genres(scope, "plays", MOST)[1]) for scope in (view.scope, theirs))
    both = sorted(own.keys() & others.keys(), key=lambda name: (-_less(own[name], others[name]), name))[:LISTED]
    plays = [_("Plays of %(name)s") % {"name": name} for name in names]
    compared = [_compared(view, own[name], others[name]) for name in both]
    return pairs(_("Genres that both play"), "", names, compared, ("", *plays, *names)) if compared else None


def _by_name(genres: list[GenreRecord]) -> Mapping[str, GenreRecord]:
    return {each.name: each for each in genres}


def _less(one: GenreRecord, other: GenreRecord) -> float:
    return min(one.share("plays"), other.share("plays"))


def _compared(view: View, one: GenreRecord, other: GenreRecord) -> Compared:
    first, second = _side(one), _side(other)
    numbers = (round(one.split_plays), round(other.split_plays), first.value, second.value)
    return Compared(one.name, (first, second), numbers, item=shown_genre(view, one.name))


def _side(each: GenreRecord) -> Side:
    share = each.share("plays")
    return Side(share, percent(100 * share, 1 if share >= 0.01 else 2))
