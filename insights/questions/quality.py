"""/quality/<username>: whether an account's data is sound, check by check."""

from typing import Annotated

from msgspec import Meta

from db.plays.reported_play import SOURCES
from insights import quality as checks
from insights.answers.values import Moment, Part, moment, says
from insights.quality_checks import QUERIES, Severity
from insights.question import Asking, Question, each_minute
from insights.shown.music import Track, shown_track

Examples = Annotated[
    int, Meta(ge=0, le=20), says("The maximum number of examples per check; `count` says how many there are.")
]
NAMES = [*(check.name for check in QUERIES), "open_gaps"]
CheckName = Annotated[str, Meta(extra_json_schema={"enum": NAMES})]
Source = Annotated[str, Meta(extra_json_schema={"enum": list(SOURCES)})]


class QualityExample(Part, frozen=True):
    played_at: Annotated[
        Moment | None,
        says("When the play ended; for a track, when it was last played. Null if it is about neither."),
    ]
    track: Annotated[Track | None, says("Null if the example is not about music.")]
    source: Annotated[Source | None, says("Where the play was reported; null if the example is not about one play.")]
    odd: Annotated[str, says("What is unusual, in words.")]


class QualityCheck(Part, frozen=True):
    name: CheckName
    severity: Severity
    meaning: Annotated[str, says("What the check counts, in a sentence.")]
    count: Annotated[int, Meta(ge=0), says("How many there are, including those beyond the examples.")]
    examples: tuple[QualityExample, ...]


class Quality(Part, frozen=True):
    as_of: Annotated[Moment, says("The minute for which this was computed.")]
    passed: Annotated[bool, says("Whether there is no error; notices do not matter here.")]
    checks: tuple[QualityCheck, ...]


def quality(asking: Asking, examples: Examples = 5) -> Quality:
    """Whether the data is sound.

    Checks everything that is stored about the account, when you ask, to the minute. An error means that something
    stored cannot be true. A notice is worth a look, but may well be right. Each check counts the problems and shows the
    newest examples. Checks of plays look at the plays that count. Listens from before Spotify existed are accepted
    from ListenBrainz, which records any service. A play overlaps if, by its own length, it began more than 30 seconds
    before the end of the previous play of music. Plays of unknown length never overlap, and plays from account data,
    which is exact to the minute only, are assumed to have begun as late as possible. Unmatched reports are plays that
    were collected, or that account data reports, in a time that an extended export covers without having them. For a
    report that an exclusion hides, only the problem is shown.
    """
    made = checks.quality(asking.account.id, asking.now, examples, asking.say)
    return Quality(moment(asking.now), checks.passed(made), tuple(map(_shown, made)))


def _shown(check: checks.Check) -> QualityCheck:
    shown = tuple(map(_example, check.examples))
    return QualityCheck(check.name, check.severity, check.meaning, check.count, shown)


def _example(example: checks.Example) -> QualityExample:
    return QualityExample(
        None if example.played_at is None else moment(example.played_at),
        example.track and shown_track(example.track),
        example.source,
        example.odd,
    )


QUESTION = Question(
    "quality", quality, takes=(), is_costly=True, by_clock=each_minute, reads_sums=False, page="Quality"
)
