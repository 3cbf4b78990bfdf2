"""/compare: how similar two listeners are, what both play, and what each could recommend to the other."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from people.accounts import Account
from web.handlers.other_accounts import other_accounts
from web.languages.names import named
from web.languages.writing import counted, percent
from web.pages.languages import _
from web.questions.view import View
from web.statistics.lines import Line, share, with_bars
from web.statistics.pairs import Compared, Pairs, Side, pairs
from web.statistics.showing import statistics_page
from web.statistics.shown_items import ShownItem, shown_item
from web.statistics.traits.compared_genres import shared_genres

LISTED, MOST = 8, 100
KINDS = {"artists": "artist", "tracks": "track"}
Lines = list[tuple[Line, str]]


def _values(view: View) -> dict[str, object]:
    [other] = view.parsed.others
    answer = view.other("compare", {"limit": str(LISTED), **view.query})
    names = (_name(view.account), _name(other))
    return {
        "answer": answer,
        "names": names,
        "alike": how_alike(answer.affinity),
        "affinity": share(answer.affinity),
        "others": _others(view, other),
        "swapped": view.address(f"/compare/{other.username}/{view.account.username}", view.query),
        "genres": shared_genres(view, other, names),
        "shared": [_shared(view, answer, names, member) for member in KINDS if getattr(answer.shared, member)],
        **_new(view, answer, other),
        "more": view.here(limit=MOST) if _is_cut(answer, int(view.query.get("limit", LISTED))) else None,
    }


def _name(account: Account) -> str:
    return account.display_name or account.username


def how_alike(affinity: float) -> str:
    """The affinity in words, which stand next to the number."""
    words = (
        (0.5, _("very much alike")),
        (0.25, _("quite alike")),
        (0.1, _("somewhat alike")),
        (0.0, _("hardly alike")),
    )
    return next((word for least, word in words if affinity > least), _("not alike at all"))


def _others(view: View, current: Account) -> list[tuple[str, str, bool]]:
    """Links for comparing with others; empty if there is nobody else."""
    accounts = other_accounts(view.request, view.account, "compare")
    address = f"/compare/{view.account.username}"
    links = [
        (_name(each), view.address(f"{address}/{each.username}", view.query), each.id == current.id)
        for each in accounts
    ]
    return links if len(links) > 1 else []


def _shared(view: View, answer: Any, names: tuple[str, str], member: str) -> tuple[str, Pairs]:
    """The heading, and the bars: shares of all plays, because one of the two may have played far more."""
    items = getattr(answer.shared, member)
    compared = [_compared(answer, shown_item(view, KINDS[member], each), each) for each in items]
    heading = _("Artists that both play") if member == "artists" else _("Songs that both play")
    plays = [_("Plays of %(name)s") % {"name": name} for name in names]
    return heading, pairs(heading, _finding(compared, names), names, compared, ("", *plays, *names))


def _compared(answer: Any, item: ShownItem, each: Any) -> Compared:
    shares = (each.plays / answer.plays, each.other_plays / answer.other_plays)
    one, other = (Side(amount, _per_cent(amount)) for amount in shares)
    return Compared(item.name, (one, other), (each.plays, each.other_plays, one.value, other.value), item=item)


def _per_cent(amount: float) -> str:
    """A share in per cent with decimals, because shares of single songs are small."""
    return percent(100 * amount, 1 if amount >= 0.01 else 2)


def _finding(compared: Sequence[Compared], names: tuple[str, str]) -> str:
    """What both play most, and what one of them plays far more than the other."""
    first, apart = compared[0], max(compared, key=_apart)
    both = _("Closest: %(item)s.") % {"item": named(first.name)}
    if len(compared) < 2 or not _apart(apart):
        return both
    more = names[0] if (apart.sides[0].amount or 0) > (apart.sides[1].amount or 0) else names[1]
    furthest = _("Furthest apart: %(item)s, of which %(name)s plays more.")
    return f"{both} " + furthest % {"item": named(apart.name), "name": more}


def _apart(each: Compared) -> float:
    one, other = (side.amount or 0 for side in each.sides)
    return abs(one - other)


def _new(view: View, answer: Any, other: Account) -> dict[str, list[Lines]]:
    """What one of the two plays and the other never has, with bars on one scale."""
    lines = {
        "new_to_other": [_lines(view, answer.new_to_other, member, "plays") for member in KINDS],
        "new_to_username": [_lines(view, answer.new_to_username, member, "other_plays", other) for member in KINDS],
    }
    most = max((line.amount for lists in lines.values() for listed in lists for line in listed), default=0)
    return {name: [with_bars(listed, most) for listed in lists] for name, lists in lines.items()}


def _lines(view: View, new: Any, member: str, plays: str, other: Account | None = None) -> list[Line]:
    """The lines of one list; they lead to pages of `other`, if that is given."""
    kind = KINDS[member]
    place = _elsewhere(view, kind, other) if other else None
    return [_line(view, kind, each, getattr(each, plays), place) for each in getattr(new, member)]


def _line(view: View, kind: str, each: Any, plays: int, place: Callable[[int], str | None] | None) -> Line:
    item = shown_item(view, kind, each)
    item = replace(item, href=place(each.id)) if place else item
    return Line(item.name, plays, counted(plays, "%(count)s play", "%(count)s plays"), ", ".join(item.by), item=item)


def _elsewhere(view: View, kind: str, other: Account) -> Callable[[int], str | None]:
    """The pages of items in the other account."""
    may_read = view.parsed.visitor.may_read(other, kind)
    return lambda number: view.address(f"/{kind}/{number}/{other.username}") if may_read else None


def _is_cut(answer: Any, limit: int) -> bool:
    """Whether a list may go on."""
    lists = (answer.shared, answer.new_to_other, answer.new_to_username)
    return limit < MOST and any(len(getattr(each, member)) == limit for each in lists for member in KINDS)


PAGES = (statistics_page("compare", "compare.html", _values),)
