"""Encrypt stored secrets with the newest SECRET_KEY."""

from db.engine.cipher import Cipher
from db.people.key_rotation import Rotation, rotate
from people.actors import note


def rotate_key(cipher: Cipher) -> Rotation:
    """Encrypt everything that the newest key has not encrypted yet. It can be interrupted and repeated."""
    rotation = rotate(cipher)
    note("key-rotated", None, sealed_anew=len(rotation.sealed_anew), unreadable=len(rotation.unreadable))
    return rotation
