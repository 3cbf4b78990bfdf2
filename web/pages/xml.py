"""Render templates of XML: pictures and feeds."""

import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from web.http.answers import CACHING, not_modified
from web.http.etags import etag
from web.http.services import services
from web.pages.templates import render

ATOM = "application/atom+xml; charset=utf-8"
# Names of songs may contain control characters, which XML 1.0 cannot even escape.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def rendered_xml(template: str, values: Mapping[str, object]) -> str:
    return NOT_IN_XML.sub("\ufffd", render(template, values))


def xml_answer(request: Request, body: str, media_type: str) -> Response:
    """200 with `body`, whose tag changes with nothing else that is stored; 304 if the client has it."""
    tag = etag(request, [], body)
    return not_modified(request, tag) or Response(body, headers={**CACHING, "ETag": tag}, media_type=media_type)


def feed_answer(request: Request, template: str, values: Mapping[str, object]) -> Response:
    """An Atom feed. The template gets these values, and the version of the service."""
    return xml_answer(request, rendered_xml(template, {**values, "version": services(request).version}), ATOM)
