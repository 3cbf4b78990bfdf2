"""The web service over the tests' database."""

from tests.web.conftest import client

__all__ = ["client"]
