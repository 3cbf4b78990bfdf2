"""Secrets that we issue: sessions, tokens, links, invitations and passes. Only their hashes are stored.

A short-lived token that a token is exchanged for is not stored at all, but encrypted (web/visitors/visitor.py).
"""

import hashlib
import re
import secrets
from typing import NamedTuple

SESSION, TOKEN, LINK, INVITATION, PASS = "session", "insight", "link", "invitation", "pass"
KINDS = (SESSION, TOKEN, LINK, INVITATION, PASS)
LONGEST_NUMBER = 18  # digits
LENGTH = 43  # characters of 32 random bytes
EXCHANGED = "exchanged_"
SEALED = 40  # characters at least: a message may cut off what it repeats
WRITTEN = re.compile(rf"(?:{'|'.join(KINDS)})_[0-9]+_[A-Za-z0-9_-]{{{LENGTH}}}|{EXCHANGED}[A-Za-z0-9_-]{{{SEALED},}}=*")


class Secret(NamedTuple):
    """`text` is for its holder, `hash` is what we store. It names its account, so it is looked up only there."""

    account_id: int
    text: str

    @property
    def hash(self) -> bytes:
        """One round of sha256 is enough, because nobody can try all of 256 random bits."""
        return hashlib.sha256(self.text.encode()).digest()


class IssuedSecret(NamedTuple):
    """A secret whose hash has just been stored, and its number within the account."""

    number: int
    secret: Secret


def new_secret(kind: str, account_id: int) -> Secret:
    return Secret(account_id, f"{kind}_{account_id}_{secrets.token_urlsafe(32)}")


def read_secret(kind: str, text: str) -> Secret | None:
    """None for a text that cannot be a secret of this kind."""
    prefix, _, rest = text.partition("_")
    number, _, random = rest.partition("_")
    is_number = number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER
    if prefix != kind or not is_number or not text.isascii() or len(random) != LENGTH:
        return None
    return Secret(int(number), text)


def withheld(text: str) -> str:
    """The text without secrets: for messages that repeat what was sent, which may be a token in the wrong place."""
    return WRITTEN.sub("(withheld)", text)
