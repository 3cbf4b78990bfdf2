"""Encrypt secrets at rest: only SECRET_KEY, or a key that it replaced, can decrypt them."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class WrongKey(Exception):
    """The stored text was encrypted with another SECRET_KEY."""


class Cipher:
    """Authenticated encryption (Fernet) under a key derived from SECRET_KEY."""

    def __init__(self, secret_key: str) -> None:
        """If there are several lines, the first one encrypts; the others, which it replaced, only decrypt."""
        keys = [_fernet(key) for key in secret_key.splitlines()]
        self._fernet, self._keys = keys[0], MultiFernet(keys)

    def seal(self, data: bytes) -> bytes:
        return self._fernet.encrypt(data)

    def open(self, token: bytes, max_age: int | None = None) -> bytes | None:
        """The decrypted data; None if it was tampered with, has another key, or is older than `max_age` seconds."""
        try:
            return self._keys.decrypt(token, ttl=max_age)
        except InvalidToken:
            return None

    def seal_text(self, text: str) -> str:
        return self.seal(text.encode()).decode()

    def open_text(self, token: str) -> str:
        """Raises WrongKey."""
        data = self.open(token.encode())
        if data is None:
            raise WrongKey("SECRET_KEY is not the key that encrypted the tokens: restore it, or connect again.")
        return data.decode()

    def sealed_anew(self, token: str) -> str | None:
        """The same text under the newest key; None if it already is. Raises WrongKey."""
        try:
            self._fernet.decrypt(token.encode())
        except InvalidToken:
            return self.seal_text(self.open_text(token))
        return None


def _fernet(secret_key: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"insight: tokens at rest").derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
