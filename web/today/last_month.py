"""How successful the lists of the last month were, in a sentence on the page /today."""

from datetime import timedelta

from recommend.choosing.quality import quality
from recommend.nightly import cut_off
from web.lists.list_request import Moment
from web.pages.languages import _
from web.statistics.lines import share

QUALITY = "recommendation-quality"
DAYS = 30


def last_month(account_id: int, moment: Moment) -> str:
    """The sentence; empty if no list is old enough to tell. Up to four queries."""
    day = moment.listening_day
    reached = quality(account_id, day - timedelta(days=DAYS - 1), day, cut_off(day, moment.time_zone))
    if reached.baseline_rate is None:
        return ""
    text = _("You played %(lists)s of the last 30 days\u2019 picks within a week, %(simple)s of a simple list\u2019s.")
    return text % {"lists": share(reached.comparable.rate), "simple": share(reached.baseline_rate)}
