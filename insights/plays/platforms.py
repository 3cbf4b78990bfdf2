"""Remove from a source's description of a device everything that identifies this one device or its owner.

`Partner amazon_salmon Amazon;Echo_Dot;8a1b2c3d4e5f;;tpapi` names the maker, the model and the device itself. Visitors
who may read an account may see the first two.
"""

import re
from functools import lru_cache

PARTNER = re.compile(r"Partner\b(?!.*web_?player)", re.IGNORECASE)
DEVICE_ID = 2  # index of the device itself among the parts of a partner's text
HEX = "[0-9A-Fa-f]"
IDS = re.compile(
    "|".join((
        r"[^\s;,()\[\]<>]+@[^\s;,()\[\]<>]+",  # an e-mail address
        rf"(?<![0-9A-Za-z]){HEX}{{2}}(?:[:-]{HEX}{{2}}){{5,7}}(?![0-9A-Za-z])",  # a network card's
        rf"(?<![0-9A-Za-z]){HEX}{{4}}(?:\.{HEX}{{4}}){{2}}(?![0-9A-Za-z])",
        r"(?<![0-9A-Za-z.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![0-9A-Za-z.])",  # IPv4
        rf"(?<![0-9A-Za-z]){HEX}{{8}}(?:-{HEX}{{4}}){{3}}-{HEX}{{12}}(?![0-9A-Za-z])",  # a UUID
        rf"(?<![0-9A-Za-z])(?:0[xX])?{HEX}{{8,}}(?![0-9A-Za-z])",
        r"(?<![0-9A-Za-z])(?=[0-9A-Za-z]*[A-Za-z])(?=(?:[A-Za-z]*[0-9]){3})[0-9A-Za-z]{10,}(?![0-9A-Za-z])",  # a serial
    )),
    re.ASCII,
)  # fmt: skip


@lru_cache(4096)
def shown_platform(text: str | None) -> str | None:
    """The text without anything that identifies a device or a person; None if nothing is left."""
    if text is None:
        return None
    left = IDS.sub("", _without_device(text) if PARTNER.match(text) else text).strip()
    return left if any(map(str.isalnum, left)) else None


def _without_device(text: str) -> str:
    """Also removes later parts with digits: words there name an interface, but numbers identify another device."""
    parts = text.split(";")
    return ";".join(
        "" if place == DEVICE_ID or (place > DEVICE_ID and any(map(str.isdigit, part))) else part
        for place, part in enumerate(parts)
    )
