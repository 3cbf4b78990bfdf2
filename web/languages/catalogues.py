"""The texts of each language: web/locales/*/LC_MESSAGES/messages.po, read when the first reader needs them."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent.parent / "locales"
ENGLISH = "en"  # in which texts are written
LANGUAGES = {ENGLISH: "English", "de": "Deutsch"}  # each with its own name for itself


def catalogue_path(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


@cache
def texts(language: str) -> NullTranslations:
    """Compiled in memory, so that nothing compiled can be out of date."""
    if language == ENGLISH:
        return NullTranslations()
    compiled = BytesIO()
    with catalogue_path(language).open("rb") as file:
        write_mo(compiled, read_po(file, language))
    compiled.seek(0)
    return GNUTranslations(compiled)
