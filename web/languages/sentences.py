"""Sentences that programs get in English, and that pages show in the reader's language."""

from web.languages.current import gettext


class Sentence(str):
    """English text that can be translated. Its values may be sentences, too."""

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
    """The value as a page shows it: translated, if it is a sentence."""
    return value.translated() if isinstance(value, Sentence) else str(value)


def shown_error(error: Exception) -> str:
    """The sentence of an error, as a page shows it."""
    return shown(error.args[0]) if error.args else str(error)
