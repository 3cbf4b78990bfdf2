"""A service with an administrator, for tests."""

from tests.web.conftest import NOW, VERSION
from web.http.services import Services

ROOT = "root"  # the administrator's username
SERVICES = Services(VERSION, lambda: NOW, administrators=frozenset({ROOT}))
ADMINISTRATORS_ONLY = (
    "This is for administrators: ADMINISTRATORS names them, and their tokens need the scope `administer` for it."
)
SIGN_IN = "This is for administrators: sign in at /sign-in, or send a token with the scope `administer`."
