"""When a secret was last used: a note beside the question that it was used for."""

from db.engine.connection import database
from db.people.secrets import LINK, SESSION, TOKEN, Secret

USED = {
    kind: f"UPDATE {table} SET last_used_at = now() WHERE account_id = %s AND token_hash = %s"
    for kind, table in ((SESSION, "web_session"), (TOKEN, "api_token"), (LINK, "share_link"))
}


def note_use(kind: str, secret: Secret) -> None:
    """It is used now; `kind` is that of the secret."""
    database.execute_sql(USED[kind], (secret.account_id, secret.hash))
