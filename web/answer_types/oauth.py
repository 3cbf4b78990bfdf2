"""Answers of /oauth/token, in OAuth's format (RFC 6749, 5.1 and 5.2)."""

from typing import Annotated, Literal

from insights.answers.values import Part, says

ErrorCode = Literal["invalid_request", "invalid_client", "invalid_scope", "unsupported_grant_type"]


class OAuthToken(Part, frozen=True):
    access_token: str
    token_type: Literal["Bearer"]
    expires_in: Annotated[int, says("Seconds.")]
    scope: Annotated[str, says("What the token may do, separated by spaces.")]


class OAuthError(Part, frozen=True):
    error: ErrorCode
    error_description: str
