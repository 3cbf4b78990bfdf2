"""/devices, /countries, /shuffle: how music was played."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from web.pages.templates import counted, duration, number
from web.questions.view import View
from web.statistics.device_names import device_names
from web.statistics.lines import Line, share, with_bars
from web.statistics.showing import ORDERS, choices, statistics_page, tabs

SUBJECTS = {
    "devices": "Devices",
    "countries": "Countries",
    "shuffle": "Shuffle",
    "skips": "Skips",
    "podcasts": "Podcasts",
}
FEW = 20  # plays, below which a page says no more than their number
UNKNOWN = "unknown"
FLAGS = {"shuffle": "In shuffled order", "offline": "Offline", "incognito": "In a private session"}


def _groups(member: str, group: str, view: View) -> dict[str, object]:
    """Of devices or of countries: the groups of `member`, each named by its `group`."""
    answer = view.answer()
    groups = getattr(answer, member)
    return {
        "what": member,
        "sentence": _sentence(groups, group, answer.by),
        "lines": with_bars(_line(one, group, answer.by) for one in groups),
        "known": _known(groups, group, answer.by),
        "subjects": tabs(view, SUBJECTS),
        "orders": choices(view, "by", ORDERS, answer.by),
    }


def _sentence(groups: Iterable[Any], group: str, by: str) -> str | None:
    """What was used most, of all that is known; None where nothing was played."""
    plays = sum(one.plays for one in groups)
    named = [one for one in groups if getattr(one, group) != UNKNOWN]
    if plays < FEW or not named:
        return f"{counted(plays, 'play')}." if plays else None
    what = "plays" if by == "plays" else "listening time"
    return f"{_name(named[0], group)}: {share(named[0].share)} of {what}."


def _known(groups: Iterable[Any], group: str, by: str) -> str:
    """For how much of it the source says."""
    unknown = sum(one.share for one in groups if getattr(one, group) == UNKNOWN)
    return f"Known for {share(max(0.0, 1 - unknown))} of {'plays' if by == 'plays' else 'listening time'}."


def _line(one: Any, group: str, by: str) -> Line:
    amounts = f"{counted(one.plays, 'play')}, {duration(one.ms_played)}"
    return Line(_name(one, group), one.plays if by == "plays" else one.ms_played, share(one.share), amounts)


def _name(one: Any, group: str) -> str:
    name: str = getattr(one, group)
    return device_names().get(name, name)


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
    """None where nothing was played."""
    if answer.plays < FEW or not known:
        return f"{counted(answer.plays, 'play')}." if answer.plays else None
    return f"{number(answer.shuffle.on)} of {counted(known, 'play')} in shuffled order: {share(answer.shuffle.share)}."


def _fact(name: str, flag: Any) -> tuple[str, str, str]:
    known = flag.on + flag.off
    return (
        name,
        share(flag.share),
        f"{number(flag.on)} of {counted(known, 'known play')}" if known else "no source says",
    )


def _year(year: Any) -> Line:
    """Shares are of the plays whose source says so, which may be fewer."""
    others = f"{share(year.offline.share)} offline, {share(year.incognito.share)} in a private session"
    note = f"{counted(year.plays, 'play')}, {others}"
    return Line(str(year.year), year.shuffle.share or 0, share(year.shuffle.share), note)


GROUPS: Mapping[str, tuple[str, str]] = {"devices": ("devices", "device"), "countries": ("countries", "country")}
PAGES = (
    *(statistics_page(name, "groups.html", partial(_groups, *words)) for name, words in GROUPS.items()),
    statistics_page("shuffle", "shuffle.html", _shuffle),
)
