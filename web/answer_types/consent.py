"""The state of a listener's consent."""

from typing import Annotated

from insights.answers.values import Part, says
from people.consent import State
from web.answer_types.values import Instant, Number

DeletedAt = Annotated[
    Instant | None,
    says(
        "When the data from Spotify's API is deleted, because the listener withdrew consent; renewing it before then "
        "keeps the data. Null if nothing is due for deletion."
    ),
]


class Consent(Part, frozen=True):
    """The state of a listener's consent on Spotify."""

    state: Annotated[State, says("Soon: within 30 days; very soon: within 7.")]
    authorised_at: Annotated[Instant | None, says("When the listener last agreed on Spotify's page.")]
    ends_at: Annotated[Instant | None, says("Six months later, unless withdrawn before; null if unknown.")]
    days_left: Annotated[Number | None, says("Whole days; 0 on the last day and afterwards.")]
    spotify_data_deleted_at: DeletedAt


class ConsentHealth(Consent, frozen=True):
    """The same for administrators, with the reason why it ended."""

    why_ended: Annotated[str | None, says("Why consent is needed again, and what to do; null while it is not needed.")]
