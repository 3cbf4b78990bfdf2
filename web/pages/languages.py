"""The language of a page. Every text is written in English, and translated when a page is rendered, never at import."""

from gettext import NullTranslations

_TRANSLATIONS = NullTranslations()


def gettext(text: str) -> str:
    return _TRANSLATIONS.gettext(text)


def ngettext(singular: str, plural: str, count: int) -> str:
    return _TRANSLATIONS.ngettext(singular, plural, count)


_ = gettext
