"""Sessions: the same as when plays are put together by hand, one after the other."""

from collections import Counter
from datetime import timedelta
from statistics import median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.connection import connected
from insights.scope import Scope
from insights.sessions import Session, Sessions, sessions
from tests.insights.listening import Life, Played, lives, local_time, periods

pytestmark = pytest.mark.usefixtures("database_url")
A_MILLISECOND = timedelta(milliseconds=1)


def put_together(life: Life, scope: Scope, gap: timedelta) -> list[Session]:
    together: list[list[Played]] = []
    for played in life.plays(scope):
        begins = played.played_at - timedelta(milliseconds=played.ms)
        if together and begins - max(before.played_at for before in together[-1]) <= gap:
            together[-1].append(played)
        else:
            together.append([played])
    return [session_of(plays, scope) for plays in together]


def session_of(plays: list[Played], scope: Scope) -> Session:
    start = min(played.played_at - timedelta(milliseconds=played.ms) for played in plays)
    end = max(played.played_at for played in plays)
    length, heard = (end - start) // A_MILLISECOND, sum(played.ms for played in plays)
    return Session(start, end, local_time(start, scope.zones).date(), len(plays), length, heard)


def by_hand(life: Life, scope: Scope, gap: timedelta, limit: int) -> Sessions:
    found = put_together(life, scope, gap)
    hours = Counter(local_time(session.start, scope.zones).hour for session in found)
    hour, begun = min(hours.items(), key=lambda item: (-item[1], item[0])) if hours else (None, 0)
    lengths = [session.length_ms for session in found]
    return Sessions(
        len(found),
        sum(session.plays for session in found),
        sum(session.ms_played for session in found),
        sum(lengths),
        median(session.plays for session in found) if found else None,
        median(lengths) if found else None,
        hour,
        begun,
        tuple(sorted(found, key=lambda session: (-session.length_ms, -session.end.timestamp()))[:limit]),
    )


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(life=lives(), minutes=st.sampled_from([1, 20, 240]), limit=st.sampled_from([1, 100]), data=st.data())
def test_sessions_are_those_put_together_by_hand(life: Life, minutes: int, limit: int, data: st.DataObject) -> None:
    scope = life.scope(data.draw(periods(life.zones)), data.draw(st.sampled_from([0, 30, 100])))
    gap = timedelta(minutes=minutes)
    with connected():
        found = sessions(scope, gap, limit)
    assert found == by_hand(life, scope, gap, limit)
