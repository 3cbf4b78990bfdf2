"""/devices, /countries, /shuffle: how music was played."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from web.languages.writing import counted, country, duration, number
from web.pages.languages import N_, _
from web.questions.view import View
from web.statistics.device_names import device_names
from web.statistics.lines import Line, share, with_bars
from web.statistics.showing import ORDERS, choices, statistics_page, tabs

SUBJECTS = {
    "devices": N_("Devices"),
    "countries": N_("Countries"),
    "shuffle": N_("Shuffle"),
    "skips": N_("Skips"),
    "podcasts": N_("Podcasts"),
}
FEW = 20  # plays; with fewer, the page only mentions their number
UNKNOWN = "unknown"
FLAGS = {"shuffle": N_("In shuffled order"), "offline": N_("Offline"), "incognito": N_("In a private session")}


def _groups(member: str, group: str, view: View) -> dict[str, object]:
    """The page of devices or of countries: the groups in `member`, named by their member `group`."""
    answer = view.answer()
    groups = getattr(answer, member)
    return {
        "what": member,
        "heading": _(SUBJECTS[view.question.name]),
        "sentence": _sentence(groups, group, answer.by),
        "lines": with_bars(_line(one, group, answer.by) for one in groups),
        "known": _known(groups, group, answer.by),
        "subjects": tabs(view, SUBJECTS),
        "orders": choices(view, "by", ORDERS, answer.by),
    }


def _sentence(groups: Iterable[Any], group: str, by: str) -> str | None:
    """The known group that was used most; None if nothing was played."""
    plays = sum(one.plays for one in groups)
    named = [one for one in groups if getattr(one, group) != UNKNOWN]
    if plays < FEW or not named:
        return _count(plays) if plays else None
    sentence = _("%(name)s: %(share)s of plays.") if by == "plays" else _("%(name)s: %(share)s of listening time.")
    return sentence % {"name": _name(named[0], group), "share": share(named[0].share)}


def _count(plays: int) -> str:
    return counted(plays, "%(count)s play.", "%(count)s plays.")


def _plays(plays: int) -> str:
    return counted(plays, "%(count)s play", "%(count)s plays")


def _known(groups: Iterable[Any], group: str, by: str) -> str:
    """For how many of the plays the group is known."""
    unknown = sum(one.share for one in groups if getattr(one, group) == UNKNOWN)
    known = share(max(0.0, 1 - unknown))
    sentence = _("Known for %(share)s of plays.") if by == "plays" else _("Known for %(share)s of listening time.")
    country = _("Spotify sees which country a connection comes from.") if group == "country" else ""
    return f"{sentence % {'share': known}} {country}".strip()


def _line(one: Any, group: str, by: str) -> Line:
    amounts = f"{_plays(one.plays)}, {duration(one.ms_played)}"
    return Line(_name(one, group), one.plays if by == "plays" else one.ms_played, share(one.share), amounts)


def _name(one: Any, group: str) -> str:
    name: str = getattr(one, group)
    names = device_names()
    return names[name] if name in names else country(name)


def _shuffle(view: View) -> dict[str, object]:
    answer = view.answer()
    known = answer.shuffle.on + answer.shuffle.off
    return {
        "answer": answer,
        "sentence": _shuffled(answer, known),
        "facts": [_fact(name, getattr(answer, flag)) for flag, name in FLAGS.items()],
        "years": with_bars((_year(year) for year in answer.years), 1),
        "subjects": tabs(view, SUBJECTS),
    }


def _shuffled(answer: Any, known: int) -> str | None:
    """The share of shuffled plays; None if nothing was played."""
    if answer.plays < FEW or not known:
        return _count(answer.plays) if answer.plays else None
    return counted(
        known,
        "%(shuffled)s of %(count)s play in shuffled order: %(share)s.",
        "%(shuffled)s of %(count)s plays in shuffled order: %(share)s.",
        shuffled=number(answer.shuffle.on),
        share=share(answer.shuffle.share),
    )


def _fact(name: str, flag: Any) -> tuple[str, str, str]:
    known = flag.on + flag.off
    if not known:
        return _(name), share(flag.share), _("no source says")
    of = counted(known, "%(on)s of %(count)s known play", "%(on)s of %(count)s known plays", on=number(flag.on))
    return _(name), share(flag.share), of


def _year(year: Any) -> Line:
    """The line of a year; its shares are of the plays whose source says, which may be fewer."""
    note = _("%(plays)s, %(offline)s offline, %(private)s in a private session") % {
        "plays": _plays(year.plays),
        "offline": share(year.offline.share),
        "private": share(year.incognito.share),
    }
    return Line(str(year.year), year.shuffle.share or 0, share(year.shuffle.share), note)


GROUPS: Mapping[str, tuple[str, str]] = {"devices": ("devices", "device"), "countries": ("countries", "country")}
PAGES = (
    *(statistics_page(name, "groups.html", partial(_groups, *words)) for name, words in GROUPS.items()),
    statistics_page("shuffle", "shuffle.html", _shuffle),
)
