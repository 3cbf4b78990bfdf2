"""SVG drawn as PNG, by resvg, with the fonts of this machine: messengers and social networks show no SVG."""

from functools import cache, lru_cache
from importlib import import_module
from typing import Any

MOST_KEPT = 64  # pictures, of 40 to 120 kB each
# With the families of macros/cards.html.
A_LETTER = """<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"
    font-family="'Segoe UI',Roboto,'Noto Sans','DejaVu Sans','Liberation Sans',Arial,Helvetica">%s</svg>"""


@lru_cache(MOST_KEPT)
def png(svg: str) -> bytes:
    """The picture in its own size. Drawing takes a tenth of a second, so the latest are kept."""
    return bytes(_resvg().svg_to_bytes(svg_string=svg))


@cache
def has_fonts() -> bool:
    """Whether a picture can have words: some containers have no fonts."""
    nothing, letter = (png(A_LETTER % text) for text in ("", '<text y="9">M</text>'))
    return nothing != letter


@cache
def _resvg() -> Any:
    """Loaded for the first picture, which most processes never draw."""
    return import_module("resvg_py")
