"""The language in which a listener reads the pages."""

from db.engine.connection import database

SET_LANGUAGE = "UPDATE account SET language = %s WHERE id = %s"


def set_language(account_id: int, language: str | None) -> None:
    """Store the language; None: each browser decides. No answer about the account changes."""
    database.execute_sql(SET_LANGUAGE, (language, account_id))
