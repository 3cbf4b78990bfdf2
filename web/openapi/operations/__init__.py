"""Every operation that is no question about listening, a module for each subject."""

from web.openapi.components.operation import Operation
from web.openapi.operations import (
    account,
    accounts,
    connecting,
    feedback,
    listenbrainz,
    recommendations,
    service,
    signing_in,
)

OPERATIONS: tuple[Operation, ...] = (
    *service.OPERATIONS,
    *accounts.OPERATIONS,
    *recommendations.OPERATIONS,
    *feedback.OPERATIONS,
    *listenbrainz.OPERATIONS,
    *connecting.OPERATIONS,
    *signing_in.OPERATIONS,
    *account.OPERATIONS,
)
