"""Every operation that is not a question about listening, one module for each subject."""

from web.openapi.components.operation import Operation
from web.openapi.operations import (
    account,
    accounts,
    comparing,
    connecting,
    feedback,
    imports,
    listenbrainz,
    listens,
    mcp,
    now,
    recaps,
    recommendations,
    service,
    signing_in,
    submitting,
    webhooks,
    widgets,
)

OPERATIONS: tuple[Operation, ...] = (
    *service.OPERATIONS,
    *accounts.OPERATIONS,
    *recaps.OPERATIONS,
    *comparing.OPERATIONS,
    *now.OPERATIONS,
    *recommendations.OPERATIONS,
    *feedback.OPERATIONS,
    *listenbrainz.OPERATIONS,
    *listens.OPERATIONS,
    *submitting.OPERATIONS,
    *mcp.OPERATIONS,
    *widgets.OPERATIONS,
    *connecting.OPERATIONS,
    *signing_in.OPERATIONS,
    *account.OPERATIONS,
    *webhooks.OPERATIONS,
    *imports.OPERATIONS,
)
