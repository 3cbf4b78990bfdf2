"""The recap of a period as a picture of numbers and type, without covers: as SVG, and as PNG for messengers."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from insights.answers.reading import reading
from insights.answers.replica import computed
from recommend.questions import all_questions
from web.drawing.dials import dial
from web.drawing.pictures import png
from web.handlers.params import one_of, parameters
from web.http.answers import CACHING, not_modified
from web.http.etags import etag
from web.languages.writing import duration, number
from web.pages.languages import _, ngettext
from web.pages.sleeve_colours import SleeveColours, colours_of
from web.pages.sleeves import Sleeve, initial, sleeve
from web.pages.xml import rendered_xml, xml_answer
from web.questions.asking import check
from web.questions.previews import TAKES, WIDE
from web.questions.question_request import parsed_request
from web.questions.view import View
from web.statistics.missing_days import amount_not_recorded
from web.statistics.periods import days_of

SVG, PNG = "image/svg+xml", "image/png"
SHAPES = {"post": 1350, "story": 1920}  # their heights, at a width of 1080
HOUR, MINUTE = 3_600_000, 60_000  # in milliseconds
FEW_HOURS = 10  # fewer are shown in minutes
FIRST = 5
NAME, TITLE = 34, 40  # narrow letters that fit on a line
FULLWIDTH = {"W", "F"}


@dataclass(frozen=True, slots=True)
class CardRow:
    name: str
    letter: str
    sleeve: Sleeve
    colours: SleeveColours
    value: str


def card(request: Request) -> Response:
    """/recap/<username>/card.svg: the picture, in the `shape` of a post (4:5), a story (9:16) or a preview (wide)."""
    return xml_answer(request, _drawn(request), SVG)


def card_as_png(request: Request) -> Response:
    """/recap/<username>/card.png: the same for programs that cannot show SVG."""
    svg = _drawn(request)
    tag = etag(request, [], svg, PNG)
    return not_modified(request, tag) or Response(png(svg), headers={**CACHING, "ETag": tag}, media_type=PNG)


def _drawn(request: Request) -> str:
    query = parameters(request, *TAKES, "shape")
    shape = one_of(query, "shape", [*SHAPES, WIDE]) or "post"
    question = all_questions()["recap"]
    recap_query = {name: value for name, value in query.items() if name != "shape"}
    check(question, recap_query)
    with reading():
        parsed = parsed_request(request, recap_query, question.default_period, min_seconds=question.min_seconds)
        values = computed([parsed.account], lambda: _values(View(request, question, parsed), shape))
        return rendered_xml("statistics/wide_card.svg" if shape == WIDE else "statistics/card.svg", values)


def _values(view: View, shape: str) -> dict[str, object]:
    with view.with_sums() as summed:
        answer, days = summed.answer(), days_of(view)
    figure, unit = _time(answer.totals.ms_played)
    hours = [each.plays for each in getattr(answer, "hours", ())]  # a link with totals only sees no hours
    return {
        "height": SHAPES.get(shape),
        "is_tall": shape == "story",
        "whose": _whose(view.account.display_name or view.account.username, days.unit == "year", days.title),
        "title": days.title,
        "figure": figure,
        "unit": unit,
        "is_by_hour": bool(hours),
        "wedges": dial(hours or [step.plays for step in answer.months]),
        "rows": [_row(each, answer.by) for each in answer.top_artists[:FIRST]],
        "missing": amount_not_recorded(answer),
    }


def _time(ms: int) -> tuple[str, str]:
    hours, minutes = round(ms / HOUR), round(ms / MINUTE)
    if hours >= FEW_HOURS:
        return number(hours), ngettext("hour of music", "hours of music", hours)
    return number(minutes), ngettext("minute of music", "minutes of music", minutes)


def _whose(name: str, is_year: bool, title: str) -> str:
    sentence = _("%(name)s\u2019s year in music") if is_year else _("%(name)s\u2019s music")
    room = TITLE - _width(title) - _width(sentence % {"name": ""})
    return sentence % {"name": fitted(name, max(room, 8))}


def _row(entry: Any, by: str) -> CardRow:
    name, drawn = entry.artist.name or "", sleeve(entry.artist.name or "")
    value = number(entry.plays) if by == "plays" else duration(entry.ms_played)
    return CardRow(fitted(name, NAME - len(value)), initial(name), drawn, colours_of(drawn), value)


def fitted(text: str, width: int) -> str:
    """The text, cut to a width in narrow letters; most Chinese, Japanese and Korean ones are twice as wide."""
    if _width(text) <= width:
        return text
    room, letters = width - 1, []
    for letter in text:
        room -= _width(letter)
        if room < 0:
            break
        letters.append(letter)
    return "".join(letters).rstrip() + "\u2026"


def _width(text: Sequence[str]) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in FULLWIDTH else 1 for letter in text)
