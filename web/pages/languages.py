"""What pages need to write a text: in English, translated when the page is rendered, never at import."""

from web.languages.current import gettext, language, ngettext, pgettext, speaking

__all__ = ["N_", "_", "gettext", "language", "ngettext", "pgettext", "speaking"]
_ = gettext
N_ = str  # marks a text of a constant, which is translated where it is shown
