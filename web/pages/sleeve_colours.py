"""The colours of sleeves for pictures that leave our pages, where no style sheet reaches: those of tokens.css."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from web.http.assets import FOLDER
from web.pages.sleeves import Sleeve

PALETTE = re.compile(r"^\.c(\d+) \{ --a: (#\w{6}); --b: (#\w{6}); --c: (#\w{6}); \}$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SleeveColours:
    """`ink` is the colour of a letter, which stays the same when the two inks of the drawing change places."""

    ground: str
    first: str
    second: str
    ink: str


def colours_of(sleeve: Sleeve) -> SleeveColours:
    ground, first, second = _palettes()[sleeve.palette]
    inks = (second, first) if sleeve.is_swapped else (first, second)
    return SleeveColours(ground, *inks, ink=first)


@cache
def _palettes() -> Mapping[int, tuple[str, str, str]]:
    rows = PALETTE.findall((FOLDER / "tokens.css").read_text(encoding="utf-8"))
    return {int(number): (ground, first, second) for number, ground, first, second in rows}
