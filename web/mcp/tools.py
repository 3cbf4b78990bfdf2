"""The tools: each is one or several of our addresses, with some of their parameters.

Everything else (which values a parameter takes, what an answer has) comes from the questions' declarations, by way of
the OpenAPI document. Definitions are sent to the model with every conversation, so all of them together are short.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

WITHIN = ("period", "from", "to")
OF = ("artist", "album", "track", "genre", "decade")
USUAL_LIMIT = "20"  # models read slowly, and pay by the word


@dataclass(frozen=True, eq=False)
class Tool:
    """A tool. `path` is that of its address; `kinds` are the values of `{kind}` in it; `takes` are its parameters.

    `usual` are the defaults of parameters, and `wraps` is a name for a list that is the whole answer.
    """

    name: str
    description: str
    path: str
    takes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    usual: Mapping[str, str] = field(default_factory=dict)
    wraps: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of all its addresses, as in the OpenAPI document."""
        return tuple(self.path.replace("{kind}", kind) for kind in self.kinds) or (self.path,)

    @property
    def questions(self) -> frozenset[str]:
        """The questions that a token must allow: the first words of its addresses."""
        return frozenset(path.split("/")[1] for path in self.paths)


LIMITED = {"limit": USUAL_LIMIT}
TOOLS = (
    Tool("accounts", "The listeners whose statistics you may read.", "/users", wraps="accounts"),
    Tool("totals", "How much was played in a period, and in the one before.", "/totals/{username}", (*WITHIN, *OF)),
    Tool(
        "top", "What was played most. Its ids serve as artist, album, track and id elsewhere.",
        "/top-{kind}/{username}", (*WITHIN, *OF, "by", "limit"), ("tracks", "artists", "albums", "genres"), LIMITED,
    ),
    Tool(
        "item", "One track, artist or album: plays over time, rank, first and last play, what was played around it.",
        "/{kind}/{id}/{username}", (*WITHIN, "step"), ("track", "artist", "album"), {"step": "year"},
    ),
    Tool(
        "history", "Single plays, the newest first: search by words of names, or filter. For the next page, pass the "
        "cursor in `next`.", "/history/{username}", ("q", *WITHIN, *OF, "limit", "cursor", "count"), usual=LIMITED,
    ),
    Tool("activity", "Plays over time.", "/activity/{username}", (*WITHIN, *OF, "step")),
    Tool("recap", "A year, or another period, in one answer.", "/recap/{username}", ("period", "by", "limit")),
    Tool(
        "discoveries", "Tracks and artists played for the first time.", "/discoveries/{username}",
        ("period", "step", "limit"), usual={**LIMITED, "step": "year"},
    ),
    Tool(
        "forgotten", "Favourites that were not played for months.", "/forgotten/{username}",
        ("months", "min_plays", "limit"), usual=LIMITED,
    ),
    Tool(
        "recommendations", "The list of recommended songs of a date, each with its reason.",
        "/user-recommendations/{username}", ("date", "kind", "limit"), usual=LIMITED,
    ),
    Tool(
        "compare", "How similar two listeners are, and what they share.", "/compare/{username}/{other}",
        ("period", "limit"), usual=LIMITED,
    ),
    Tool("gaps", "When plays are probably missing, which makes statistics too low.", "/gaps/{username}", ("period",)),
)  # fmt: skip
BY_NAME: Mapping[str, Tool] = {tool.name: tool for tool in TOOLS}
