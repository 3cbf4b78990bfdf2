"""What pages need to write texts: in English, and translated when the page is rendered, never at import."""

from web.languages.current import gettext, language, ngettext, pgettext, speaking

__all__ = ["N_", "_", "gettext", "language", "ngettext", "pgettext", "speaking"]
_ = gettext
N_ = str  # marks the text of a constant for translation, which happens where the text is shown
