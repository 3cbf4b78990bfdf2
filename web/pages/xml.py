"""Templates of XML: pictures and feeds."""

import re
from collections.abc import Mapping

from web.pages.templates import render

# Names of songs may contain control characters, which XML 1.0 cannot even escape.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def rendered_xml(template: str, values: Mapping[str, object]) -> str:
    return NOT_IN_XML.sub("\ufffd", render(template, values))
