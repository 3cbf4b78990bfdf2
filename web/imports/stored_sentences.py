"""The sentences of imports, which are stored in English, in the language of the page."""

import re
from collections.abc import Callable, Mapping

from web.languages.catalogues import ENGLISH
from web.languages.writing import listed, number
from web.pages.languages import N_, _, language

Write = Callable[[str], str]
PLACE = re.compile(r"%\((\w+)\)s")
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})*")
REASONS = (  # why a file was not read; the first two come before others that begin like them
    N_("packed as %(packing)s: unpack it first"),
    N_("cannot be read (%(error)s)"),
    N_("made by the operating system"),
    N_("ListenBrainz's feedback (loved and hated tracks), not listens"),
    N_("about the user, not listens"),
    N_("ListenBrainz's pinned recordings, not listens"),
    N_("Spotify's technical log, not streaming history"),
    N_("another file of Spotify's export, not streaming history"),
    N_("not a JSON, CSV, gzip or zip file"),
    N_("no rows of streaming history, listens or scrobbles in it"),
    N_("says what an export covers, not what was played: upload the zip that it is in"),
    N_("an empty list"),
    N_("empty"),
    N_("is encrypted"),
)
SENTENCES = (
    N_(
        "The import was interrupted %(times)s times, perhaps because memory or disk space ran out, and nothing was "
        "stored. Ask the person who runs this service: its log says more."
    ),
    N_("The uploaded files are gone, and nothing was stored: upload them again."),
    N_("The uploaded files cannot be read (%(error)s), and nothing was stored. Ask the person who runs this service."),
    N_("This is a fault of the service, and nothing was stored. Its log says what happened."),
    N_("A process that reads the files was killed, perhaps because memory ran out. Try again."),
    N_("%(file)s is not a complete zip: download it again."),
    N_("%(file)s in %(zip)s is damaged: download the zip again."),
    N_("%(file)s in %(zip)s is encrypted: upload the zip as it was sent, or unpack it and upload its files."),
    N_(
        "%(file)s is damaged or not JSON, after row %(row)s (%(where)s). Download the export again, or tick “If a file "
        "is damaged, import the rows that can be read”."
    ),
    N_(
        "Nothing to import: no streaming history, listens or scrobbles found.%(files)s Upload the zip that Spotify "
        "sent (tick Extended streaming history when you ask for it), the files in it, or the export of ListenBrainz, "
        "Last.fm, Maloja or Koito."
    ),
    N_(
        "None of %(rows)s rows can be used (%(problems)s).%(not_read)s It may be another tool's file, or another part "
        "of Spotify's data: upload the zip that Spotify sends for Extended streaming history or Account data, or an "
        "export of ListenBrainz, Last.fm, Maloja or Koito."
    ),
    N_(
        "There are no rows in %(file)s.%(not_read)s It may be another tool's file, or another part of Spotify's data: "
        "upload the zip that Spotify sends for Extended streaming history or Account data, or an export of "
        "ListenBrainz, Last.fm, Maloja or Koito."
    ),
    N_("The rows name %(count)s different usernames (%(counts)s rows): it looks like several people's exports."),
    N_(
        "%(one)s and %(two)s hold different plays at the same times (%(of_one)s and %(of_two)s rows): they look like "
        "two people's exports."
    ),
    N_(
        "About %(known)s of %(rows)s rows are plays of another account here already (%(username)s): is this the right "
        "account?"
    ),
    N_(
        "%(known)s of %(rows)s rows are plays of another account here already (%(username)s): is this the right "
        "account?"
    ),
)


def stored_sentence(stored: str) -> str:
    """The sentence, translated; unchanged if it is not one of those above, such as one of an older version."""
    return stored if language() == ENGLISH else _translated(stored, PATTERNS)


def _translated(stored: str, patterns: Mapping[str, re.Pattern[str]]) -> str:
    for text, pattern in patterns.items():
        if match := pattern.fullmatch(stored):
            return _(text) % {name: PARTS.get(name, _part)(value) for name, value in match.groupdict().items()}
    return stored


def _pattern(text: str) -> re.Pattern[str]:
    pieces = PLACE.split(text)  # alternately text and names
    return re.compile(
        "".join(f"(?P<{piece}>.*?)" if place % 2 else re.escape(piece) for place, piece in enumerate(pieces)), re.DOTALL
    )


def _part(value: str) -> str:
    """A number as the language writes it; names as they are."""
    return number(int(value.replace(",", ""))) if NUMBER.fullmatch(value) else value


def _counts(value: str) -> str:
    return listed([_part(count) for count in NUMBER.findall(value)])


def _files(value: str) -> str:
    """Names of files, each with the reason why it was not read."""
    sentences = NAMED.sub(lambda match: f" {match['file']}: {_translated(match['reason'], REASON_PATTERNS)}.", value)
    return MORE.sub(lambda match: " " + _("And %(count)s more.") % {"count": _part(match["count"])}, sentences)


def _not_read(value: str) -> str:
    def translated(match: re.Match[str]) -> str:
        words = {"file": match["file"], "reason": _translated(match["reason"], REASON_PATTERNS)}
        return " " + _("%(file)s was not read: %(reason)s.") % words

    return NOT_READ.sub(translated, value)


REASON_PATTERNS = {text: _pattern(text) for text in REASONS}
PATTERNS = {text: _pattern(text) for text in SENTENCES} | REASON_PATTERNS
ANY_REASON = "|".join(pattern.pattern for pattern in REASON_PATTERNS.values())
NAMED = re.compile(rf" (?P<file>.+?): (?P<reason>{ANY_REASON})\.")
MORE = re.compile(r" And (?P<count>[\d,]+) more\.")
NOT_READ = re.compile(rf" (?P<file>.+?) was not read: (?P<reason>{ANY_REASON})\.")
PARTS: Mapping[str, Write] = {"counts": _counts, "files": _files, "not_read": _not_read}
