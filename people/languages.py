"""Choose the language of the pages."""

from db.people.languages import set_language
from people.accounts import Account
from people.actors import Actor, note


def choose_language(account: Account, language: str | None, by: Actor | None = None) -> None:
    """For this listener, signed in with any browser. None: each browser says which."""
    set_language(account.id, language)
    note("language-changed", account.username, by, language=language or "browser")
