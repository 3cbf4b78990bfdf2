"""Answers about what is being imported."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from insights.answers.values import says


class ImportProgress(Struct, frozen=True):
    state: Literal["arriving", "waiting", "running", "asking", "undoing", "stopping", "ended"]
    percent: Annotated[int, Meta(ge=0, le=100)]
    sentence: Annotated[str, says("The same in words, in the language of the page.")]


class UploadTaken(Struct, frozen=True):
    next: Annotated[str, says("The path of the page that shows how the import goes on.")]
