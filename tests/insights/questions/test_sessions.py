"""Sessions: the same as when plays are put together by hand, one after the other."""

from collections import Counter
from datetime import datetime, timedelta
from statistics import fmean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.values import moment
from insights.plays.scope import Scope
from insights.questions.sessions import Session, Sessions, TypicalSession, sessions
from tests.insights.listening import Life, Played, lives, local_time, periods
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")
A_MILLISECOND = timedelta(milliseconds=1)


def put_together(life: Life, scope: Scope, gap: timedelta) -> list[list[Played]]:
    together: list[list[Played]] = []
    for played in life.plays(scope):
        begins = played.played_at - timedelta(milliseconds=played.ms)
        if together and begins - max(before.played_at for before in together[-1]) <= gap:
            together[-1].append(played)
        else:
            together.append([played])
    return together


def session_of(plays: list[Played], scope: Scope) -> Session:
    start, end = bounds(plays)
    day, ms = local_time(start, scope.zones).date(), sum(played.ms for played in plays)
    return Session(moment(start), moment(end), day, len(plays), length_of(plays), ms)


def bounds(plays: list[Played]) -> tuple[datetime, datetime]:
    start = min(played.played_at - timedelta(milliseconds=played.ms) for played in plays)
    return start, max(played.played_at for played in plays)


def length_of(plays: list[Played]) -> int:
    start, end = bounds(plays)
    return (end - start) // A_MILLISECOND


def typical(plays: float, length: float) -> TypicalSession:
    return TypicalSession(round(plays, 2), round(length))


def by_hand(life: Life, scope: Scope, minutes: int, limit: int) -> Sessions:
    together = put_together(life, scope, timedelta(minutes=minutes))
    hours = Counter(local_time(bounds(plays)[0], scope.zones).hour for plays in together)
    hour, begun = min(hours.items(), key=lambda item: (-item[1], item[0])) if hours else (None, 0)
    counts, lengths = list(map(len, together)), list(map(length_of, together))
    longest = sorted(together, key=lambda plays: (-length_of(plays), -bounds(plays)[1].timestamp()))[:limit]
    return Sessions(
        minutes,
        len(together),
        sum(counts),
        sum(played.ms for plays in together for played in plays),
        sum(lengths),
        typical(fmean(counts), fmean(lengths)) if together else None,
        typical(median(counts), median(lengths)) if together else None,
        hour,
        begun,
        tuple(session_of(plays, scope) for plays in longest),
    )


@costly()
@given(life=lives(), minutes=st.sampled_from([1, 20, 240]), limit=st.sampled_from([1, 100]), data=st.data())
def test_sessions_are_those_put_together_by_hand(life: Life, minutes: int, limit: int, data: st.DataObject) -> None:
    scope = life.scope(data.draw(periods(life.zones)), data.draw(st.sampled_from([0, 30, 100])))
    with connected():
        answer = sessions(scope, minutes, limit)
    assert answer == by_hand(life, scope, minutes, limit)
