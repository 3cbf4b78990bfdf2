"""Imports as pages show them: what became of their rows, and how far the current one is."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from db.imports.imports import ImportedFile, StoredImport
from db.imports.jobs import ImportJob
from people.days import Zones
from web.drawing.scales import percent as position
from web.imports.stored_sentences import stored_sentence
from web.languages.writing import number, percent
from web.pages.languages import _, ngettext

State = Literal["arriving", "waiting", "running", "asking", "undoing", "stopping"]
SET_ASIDE = ("too_little", "malformed")
COLOURS = {"new": "q4", "better": "q3", "identical": "q2", "superseded": "q1", "not_music": "q0",
           "too_little": "aside", "malformed": "aside"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of `rows` of the rows. `x` and `width` are its place among all rows, in per cent."""

    colour: str
    name: str
    meaning: str
    rows: int
    share: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class ShownFile:
    name: str
    rows: int
    fates: str


@dataclass(frozen=True, slots=True)
class ShownImport:
    """`at` is when it was stored, in the listener's own time."""

    number: int
    at: datetime
    title: str
    file_count: int
    rows: int
    added: int
    sentence: str
    set_aside: int
    is_undone: bool
    can_be_undone: bool
    fates: Sequence[Fate]
    files: Sequence[ShownFile]


@dataclass(frozen=True, slots=True)
class ShownJob:
    state: State
    title: str
    percent: int
    sentence: str
    doubts: Sequence[str]

    @property
    def is_under_way(self) -> bool:
        """Whether it continues without an answer."""
        return self.state != "asking"


def shown_import(stored: StoredImport, uploaded: Sequence[str], zones: Zones) -> ShownImport:
    """`uploaded` are the names of the files as they were sent; nothing if a terminal made the import."""
    fates = sum((Counter(file.fates) for file in stored.files), Counter[str]())
    return ShownImport(
        stored.id,
        stored.finished_at.astimezone(ZoneInfo(zones.at(stored.finished_at))),
        title_of(uploaded or [file.name for file in stored.files]),
        len(stored.files),
        stored.rows,
        fates["new"],
        _sentence(fates["new"]),
        sum(fates[fate] for fate in SET_ASIDE),
        stored.undone_at is not None,
        stored.undone_at is None and stored.shares_known,
        list(_fates(fates, stored.rows)),
        list(map(_file, stored.files)),
    )


def _sentence(added: int) -> str:
    if not added:
        return _("No new plays.")
    text = ngettext("%(count)s play added.", "%(count)s plays added.", added)
    return text % {"count": number(added)}


def _fates(fates: Mapping[str, int], rows: int) -> Iterator[Fate]:
    """The fates that have rows, in the order in which pages list them."""
    before = 0
    for fate, (name, meaning) in fate_names().items():
        if count := fates.get(fate, 0):
            share = percent(100 * count / rows) if 200 * count >= rows else f"< {percent(1)}"
            yield Fate(COLOURS[fate], name, meaning, count, share, position(before, rows), position(count, rows))
            before += count


def fate_names() -> dict[str, tuple[str, str]]:
    return {
        "new": (_("Added"), _("plays that were not here yet")),
        "better": (_("Improved"), _("say more about a play that was here already")),
        "identical": (_("Known already"), _("from an earlier import, or twice in these files")),
        "superseded": (_("Known better"), _("another source says more about the same play")),
        "not_music": (_("Not music"), _("podcasts and audiobooks, kept apart")),
        "too_little": (_("Set aside: incomplete"), _("do not say what was played, or when")),
        "malformed": (_("Set aside: unreadable"), _("damaged, in the future, or not a row at all")),
    }


def _file(file: ImportedFile) -> ShownFile:
    names = fate_names()
    words = ", ".join(f"{names[fate][0]}: {number(file.fates[fate])}" for fate in names if file.fates.get(fate))
    return ShownFile(file.name, file.rows, words or _("nothing"))


def title_of(names: Sequence[str]) -> str:
    """The first name, and how many others there are."""
    if not names:
        return _("An upload")
    first, others = names[0].rpartition("/")[2], len(names) - 1
    if not others:
        return first
    return ngettext("%(name)s and %(count)s other", "%(name)s and %(count)s others", others) % {
        "name": first,
        "count": number(others),
    }


def shown_job(job: ImportJob | None) -> ShownJob | None:
    """None if nothing is under way."""
    if job is None or job.ended_at is not None:
        return None
    state = _state(job)
    return ShownJob(
        state, _title(job), round(100 * job.share), _progress(job, state), list(map(stored_sentence, job.doubts))
    )


def _state(job: ImportJob) -> State:
    if job.stopping:
        return "stopping"
    if job.received_at is None:
        return "arriving"
    if job.waits_for_answer:
        return "asking"
    if job.undoes is not None:
        return "undoing"
    return "running" if job.attempts else "waiting"


def _title(job: ImportJob) -> str:
    return _("Import %(number)s") % {"number": job.undoes} if job.undoes is not None else title_of(job.files)


def _progress(job: ImportJob, state: State) -> str:
    sentences = {
        "arriving": _("The files are arriving."),
        "waiting": _("It begins in a moment."),
        "asking": _("Nothing has been stored yet."),
        "undoing": _("It is being undone."),
        "stopping": _("It is being stopped."),
    }
    counts = {"rows": number(job.rows), "plays": number(job.plays), "percent": percent(100 * job.share)}
    read = (
        _("%(rows)s rows read, %(plays)s plays · %(percent)s") if job.plays else _("%(rows)s rows read · %(percent)s")
    )
    return sentences.get(state) or read % counts
