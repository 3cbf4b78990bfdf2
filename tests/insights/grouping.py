"""Plays whose sources tell a text, put into groups by hand: for devices and countries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from insights.grouped import Group, Text
from insights.scope import Scope
from tests.insights.listening import Life, Played
from tests.web.seed import change


def tell(life: Life, column: str, texts: Sequence[str | None]) -> None:
    """Give each play of the life its text."""
    change(
        f"UPDATE play SET {column} = told.said FROM unnest(%s::bigint[], %s::text[]) AS told (play_id, said) "  # noqa: S608 - ours
        "WHERE id = play_id",
        life.play_ids,
        list(texts),
    )


def by_hand(
    life: Life, scope: Scope, texts: Sequence[str | None], groups: Mapping[str | None, str], by: str
) -> tuple[Group, ...]:
    said = dict(zip(life.play_ids, texts, strict=True))
    plays = life.plays(scope)
    members: dict[str, list[Played]] = defaultdict(list)
    for played in plays:
        members[groups[said[played.id]]].append(played)
    everything = len(plays) if by == "plays" else sum(played.ms for played in plays)
    found = [_group(name, own, [said[played.id] for played in own], by, everything) for name, own in members.items()]
    order = ("plays", "ms_played") if by == "plays" else ("ms_played", "plays")
    return tuple(sorted(found, key=lambda group: (*(-getattr(group, column) for column in order), group.name)))


def _group(name: str, own: list[Played], said: list[str | None], by: str, everything: int) -> Group:
    plays, ms = len(own), sum(played.ms for played in own)
    texts = sorted({Text(text, said.count(text)) for text in said}, key=lambda text: (-text.plays, text.text or ""))
    share = (plays if by == "plays" else ms) / everything if everything else 0
    return Group(name, plays, ms, share, own[0].played_at, own[-1].played_at, tuple(texts[:10]), len(texts))
