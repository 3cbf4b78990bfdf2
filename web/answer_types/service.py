"""Answers about the service itself."""

from typing import Annotated, Literal

from insights.answers.values import Part, says


class Health(Part, frozen=True):
    status: Literal["alive"]
    version: str


class Ready(Part, frozen=True):
    status: Literal["ready"]
    warnings: Annotated[
        list[str],
        says(
            "Problems that do not stop the service, such as consents that end soon. Everybody may read these, so they "
            "name no account."
        ),
    ]
