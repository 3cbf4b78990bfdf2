"""Plays with a text from their source, grouped by hand: for devices and countries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from insights.answers.parameters import By
from insights.answers.values import moment
from insights.plays.play_groups import Group, SourceText
from insights.plays.scope import Scope
from tests.insights.listening import Life, Played
from tests.web.seed import change


def set_texts(life: Life, column: str, texts: Sequence[str | None]) -> None:
    """Give each play of the life its text."""
    change(
        f"UPDATE play SET {column} = given.value FROM unnest(%s::bigint[], %s::text[]) AS given (play_id, value) "  # noqa: S608 - ours
        "WHERE id = play_id",
        life.play_ids,
        list(texts),
    )


def by_hand(
    life: Life, scope: Scope, texts: Sequence[str | None], group_of: Mapping[str | None, str], by: By
) -> list[Group]:
    text_of = dict(zip(life.play_ids, texts, strict=True))
    plays = life.plays(scope)
    members: dict[str, list[Played]] = defaultdict(list)
    for played in plays:
        members[group_of[text_of[played.id]]].append(played)
    everything = len(plays) if by == "plays" else sum(played.ms for played in plays)
    groups = [
        _group(name, own, [text_of[played.id] for played in own], by, everything) for name, own in members.items()
    ]
    order = ("plays", "ms_played") if by == "plays" else ("ms_played", "plays")
    return sorted(groups, key=lambda group: (*(-getattr(group, column) for column in order), group.name))


def _group(name: str, own: list[Played], texts: list[str | None], by: By, everything: int) -> Group:
    plays, ms = len(own), sum(played.ms for played in own)
    counted = {SourceText(text, texts.count(text)) for text in texts}
    raw = sorted(counted, key=lambda text: (-text.plays, text.text or ""))
    share = round((plays if by == "plays" else ms) / everything, 6) if everything else 0
    return Group(name, plays, ms, share, moment(own[0].played_at), moment(own[-1].played_at), tuple(raw[:10]), len(raw))
