"""Weight each provider by how many of its songs were heard, by counting alone.

A provider whose songs were heard less often than the baseline's in the last three months loses weight in proportion,
down to a half, and regains it as soon as its songs do better.
"""

from datetime import UTC, datetime, timedelta

from recommend.choosing.hits import DAYS_TO_HIT
from recommend.choosing.quality import ProviderQuality, quality

DAYS = 90  # of lists whose seven days are over
# Fewer songs prove nothing; nor do songs of a few weeks, because the same songs are shown repeatedly, and a holiday is
# not a verdict. Two thirds of the period allow judging a provider whose service was unavailable for a month.
ENOUGH_SHOWN, ENOUGH_TIME = 50, timedelta(days=60)
LEAST = 0.5  # with less, too few of its songs would be shown to notice that they do better again


def weights(account_id: int, as_of: datetime) -> dict[str, float]:
    """A factor from 0.5 to 1 for each provider whose songs were shown, based only on plays before `as_of`.

    Runs four queries; needs an open connection.
    """
    today = as_of.astimezone(UTC).date()
    first, last = today - timedelta(days=DAYS_TO_HIT + DAYS - 1), today - timedelta(days=DAYS_TO_HIT)
    return {provider.provider: _factor(provider) for provider in quality(account_id, first, last, as_of).providers}


def _factor(provider: ProviderQuality) -> float:
    is_known = provider.comparable.shown >= ENOUGH_SHOWN and provider.last - provider.first >= ENOUGH_TIME
    if not is_known or provider.lift is None:
        return 1.0
    return round(min(max(provider.lift, LEAST), 1.0), 2)
