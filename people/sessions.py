"""Sign browsers in and out."""

from db.people import sessions
from db.people.secrets import Secret
from people.actors import note


def sign_in(account_id: int, username: str, replaced: Secret | None) -> Secret:
    """Begin a session, which replaces the one that this browser had, even if that was another listener's."""
    if replaced:
        sessions.end_session(replaced)
    session = sessions.begin_session(account_id)
    note("signed-in", username)
    return session


def sign_out(session: Secret, username: str) -> None:
    """Sign out of this browser."""
    sessions.end_session(session)
    note("signed-out", username, browsers="this")


def sign_out_everywhere(session: Secret, username: str) -> None:
    """Sign out of every browser. Tokens and links stay."""
    sessions.end_sessions(session.account_id)
    note("signed-out", username, browsers="all")
