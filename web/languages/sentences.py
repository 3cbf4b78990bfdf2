"""Sentences that programs get in English, and that pages show in the language of their reader."""

from web.languages.current import gettext


class Sentence(str):
    """In English it is text like any other; `translated` writes it anew. Values may be sentences themselves."""

    __slots__ = ("_text", "_values")
    _text: str
    _values: dict[str, object]

    def __new__(cls, text: str, **values: object) -> "Sentence":
        sentence = super().__new__(cls, text % values if values else text)
        sentence._text, sentence._values = text, values
        return sentence

    def translated(self) -> str:
        text = gettext(self._text)
        return text % {name: shown(value) for name, value in self._values.items()} if self._values else text


def shown(value: object) -> str:
    """As a page shows it: translated, if it can be."""
    return value.translated() if isinstance(value, Sentence) else str(value)


def shown_error(error: Exception) -> str:
    """What an error says, as a page shows it."""
    return shown(error.args[0]) if error.args else str(error)
