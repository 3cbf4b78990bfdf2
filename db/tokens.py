"""Keep secrets unreadable at rest: what SECRET_KEY alone can open again."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class WrongKey(Exception):
    """What is stored was sealed with another SECRET_KEY."""


class Cipher:
    """Authenticated encryption (Fernet) under a key derived from SECRET_KEY."""

    def __init__(self, secret_key: str) -> None:
        derived = HKDF(SHA256(), length=32, salt=None, info=b"insight: tokens at rest").derive(secret_key.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def seal(self, data: bytes) -> bytes:
        return self._fernet.encrypt(data)

    def open(self, token: bytes, max_age: int | None = None) -> bytes | None:
        """What was sealed, or None when it was tampered with, sealed elsewhere, or is older than `max_age` seconds."""
        try:
            return self._fernet.decrypt(token, ttl=max_age)
        except InvalidToken:
            return None

    def seal_text(self, text: str) -> str:
        return self.seal(text.encode()).decode()

    def open_text(self, token: str) -> str:
        """Raises WrongKey."""
        data = self.open(token.encode())
        if data is None:
            raise WrongKey("SECRET_KEY is not the one the tokens were stored with: restore it, or connect again.")
        return data.decode()
