"""How far each provider is trusted, by how much of what it proposed was heard: counting, and nothing learned.

Who proposed for three months what is heard less often than what a simple list would have shown loses weight in
proportion, down to half of it, and has it back as soon as the lists of the last three months say otherwise.
"""

from datetime import UTC, datetime, timedelta

from recommend.choosing.hits import DAYS_TO_HIT
from recommend.choosing.quality import ProviderQuality, quality

DAYS = 90  # of lists whose seven days are over
# Fewer songs tell nothing; and songs of a few weeks tell of those weeks, for the same ones are shown again and again,
# and a holiday is no verdict. Two thirds of the time lets a provider be judged whose service was down for a month.
ENOUGH_SHOWN, ENOUGH_TIME = 50, timedelta(days=60)
LEAST = 0.5  # less would show too little to ever find out that it does better again


def weights(account_id: int, as_of: datetime) -> dict[str, float]:
    """A factor from 0.5 to 1 for each provider whose songs were shown, from nothing at or after `as_of`.

    Four queries; needs an open connection.
    """
    today = as_of.astimezone(UTC).date()
    first, last = today - timedelta(days=DAYS_TO_HIT + DAYS - 1), today - timedelta(days=DAYS_TO_HIT)
    found = quality(account_id, first, last, as_of)
    return {provider.provider: _factor(provider) for provider in found.providers}


def _factor(provider: ProviderQuality) -> float:
    is_known = provider.comparable.shown >= ENOUGH_SHOWN and provider.last - provider.first >= ENOUGH_TIME
    if not is_known or provider.lift is None:
        return 1.0
    return round(min(max(provider.lift, LEAST), 1.0), 2)
