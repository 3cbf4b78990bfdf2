"""Choose the language of the pages."""

from db.people.languages import set_language
from people.accounts import Account
from people.actors import Actor, note


def choose_language(account: Account, language: str | None, by: Actor | None = None) -> None:
    """Choose the language for this listener, in any browser where they are signed in. None: each browser decides."""
    set_language(account.id, language)
    note("language-changed", account.username, by, language=language or "browser")
