"""Errors of Last.fm's API, by its own codes (https://www.last.fm/api/errorcodes)."""

from enum import IntEnum


class Reason(IntEnum):
    INVALID_METHOD = 3
    AUTHENTICATION_FAILED = 4
    INVALID_PARAMETERS = 6
    INVALID_SESSION = 9


STATUS = {Reason.AUTHENTICATION_FAILED: 403, Reason.INVALID_SESSION: 403}  # 400 for every other one


class LastFmError(Exception):
    """A call that is refused, with a sentence that says what would be right."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason, self.sentence = reason, sentence

    @property
    def status(self) -> int:
        return STATUS.get(self.reason, 400)
