"""Why an upload is refused, in words."""

from collect.exports.archives import MOST_BYTES, MOST_FILES
from collect.uploads.arriving import Busy, GivenUp, NoRoom, Nothing, TooMuch, UploadRefused
from web.http.errors import Problem
from web.pages.languages import _

__all__ = ["GIGABYTES", "MOST_BYTES", "busy", "problem_of", "too_much"]
GIGABYTES = MOST_BYTES // 1024**3


def problem_of(error: UploadRefused | OSError) -> Problem:
    match error:
        case Busy():
            return Problem(409, busy())
        case TooMuch():
            return Problem(413, too_much())
        case NoRoom():
            return Problem(
                507,
                _("The disk of this service has too little room for these files: ask the person who runs it to make "
                  "room, then try again."),
            )  # fmt: skip
        case Nothing():
            return Problem(422, _("Choose at least one file to import."))
        case GivenUp():
            return Problem(409, _("The upload was stopped."))
        case _:
            return Problem(
                507,
                _("This service cannot write files for uploads: ask the person who runs it to look at its log, then "
                  "try again."),
            )  # fmt: skip


def busy() -> str:
    return _("Another import of yours is under way: wait until it has ended, or stop it, then try again.")


def too_much() -> str:
    text = _("At most %(gigabytes)s GB in %(files)s files can be imported at a time: upload fewer.")
    return text % {"gigabytes": GIGABYTES, "files": MOST_FILES}
