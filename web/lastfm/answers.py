"""Answers in XML and in JSON, in Last.fm's formats: in JSON, the text of an element is its member `#text`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson
from starlette.responses import Response

from web.http.other_shapes import JSON, XML, lastfm_error, xml, xml_text
from web.lastfm.errors import LastFmError

NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Element:
    """An element with attributes (in JSON in `@attr`, if it contains elements), and with text or elements."""

    name: str
    text: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    elements: Sequence["Element"] = ()

    def as_xml(self) -> str:
        attributes = "".join(f' {name}="{value}"' for name, value in self.attributes.items())
        inside = "".join(element.as_xml() for element in self.elements) or xml_text(self.text)
        return f"<{self.name}{attributes}>{inside}</{self.name}>"

    def as_json(self) -> object:
        if self.elements:
            counts = {name: int(value) for name, value in self.attributes.items()}
            return {**_members(self.elements), **({"@attr": counts} if counts else {})}
        return {**self.attributes, "#text": self.text} if self.attributes else self.text


def _members(elements: Sequence[Element]) -> dict[str, object]:
    """The members of an object; a list if several elements have the same name."""
    members: dict[str, list[object]] = {}
    for element in elements:
        members.setdefault(element.name, []).append(element.as_json())
    return {name: values[0] if len(values) == 1 else values for name, values in members.items()}


def answered(element: Element, *, as_json: bool) -> Response:
    if as_json:
        return Response(orjson.dumps({element.name: element.as_json()}), headers=NO_STORE, media_type=JSON)
    return Response(xml("ok", element.as_xml()), headers=NO_STORE, media_type=XML)


def refused(error: LastFmError, *, as_json: bool) -> Response:
    body, media_type = lastfm_error(error.reason, error.sentence, as_json=as_json)
    return Response(body, error.status, NO_STORE, media_type)


def session_element(session: Mapping[str, str]) -> Element:
    texts = {**session, "subscriber": "0"}
    return Element("session", elements=[Element(name, text) for name, text in texts.items()])
