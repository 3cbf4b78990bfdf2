"""Store when a token, link or session was last used."""

from db.engine.connection import database
from db.people.secrets import LINK, SESSION, TOKEN, Secret

USED = {
    kind: f"UPDATE {table} SET last_used_at = now() WHERE account_id = %s AND token_hash = %s"
    for kind, table in ((SESSION, "web_session"), (TOKEN, "api_token"), (LINK, "share_link"))
}


def note_use(kind: str, secret: Secret) -> None:
    """Note that a secret of this kind is being used now."""
    database.execute_sql(USED[kind], (secret.account_id, secret.hash))
