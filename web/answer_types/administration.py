"""What administrators see of accounts: their state, but not what anybody listens to."""

from typing import Annotated

from insights.answers.values import Part, says
from web.answer_types.consent import ConsentHealth
from web.answer_types.users import Disabled, Visibility
from web.answer_types.values import Instant, Number, Uri


class CollectionRun(Part, frozen=True):
    """One attempt to collect plays."""

    collector: Annotated[str, says("Which collector, such as `recent`.")]
    started_at: Instant
    finished_at: Annotated[Instant | None, says("Null while it runs.")]
    outcome: Annotated[
        str,
        says("Such as `collected`, `try_later`, `reconnect`, `not_available`, `failed`, `interrupted` or `running`."),
    ]


class AccountHealth(Part, frozen=True):
    username: str
    created_at: Annotated[Instant, says("When the account was added.")]
    visibility: Visibility
    disabled: Disabled
    consent: ConsentHealth
    last_run: Annotated[
        CollectionRun | None, says("The newest attempt to collect plays; null before the first attempt.")
    ]
    last_collected_at: Annotated[Instant | None, says("When collecting last succeeded.")]
    open_gaps: Annotated[
        Number, says("Times for which plays are probably missing, or that neither an import nor collecting covers.")
    ]
    plays: Annotated[Number, says("How many plays count.")]


class AccountsHealth(Part, frozen=True):
    accounts: list[AccountHealth]


class Invitation(Part, frozen=True):
    username: str
    url: Annotated[Uri, says("For the listener to open in a browser. It is shown only once.")]
    expires_at: Annotated[Instant, says("Until when the link is valid, unless somebody uses it before.")]
