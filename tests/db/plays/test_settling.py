"""Which of several reports count, once it is known which could be the same play."""

from db.plays.matching import settle
from db.plays.reports import Report, Stretch


def test_two_plays_that_live_collecting_saw_stay_two_if_recently_played_could_be_either() -> None:
    live, other_live, recent = Report(1, "current", None), Report(2, "current", None), Report(3, "recent", None)
    stretch = Stretch((live, other_live, recent), ((3, 2), (3, 1)))
    assert settle(stretch) == {1: None, 2: None, 3: 2}
