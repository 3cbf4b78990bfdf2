"""Metrics of enrichment: how many plays have a genre, and how long the queue still takes."""

from collections.abc import Iterator, Mapping, Sequence

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from db.enrichment.progress import AccountProgress


def of_enrichment(progress: Sequence[AccountProgress], names: Mapping[int, str]) -> Iterator[Metric]:
    """`names` are the accounts whose own figures may be shown, by their ids."""
    plays, known = sum(each.plays for each in progress), sum(each.with_genre for each in progress)
    whole = GaugeMetricFamily("insight_plays_with_genre_ratio", "Plays of all accounts that have a genre.")
    left = GaugeMetricFamily("insight_genres_minutes_left", "Minutes until every artist was looked up.")
    if plays:
        whole.add_metric([], known / plays)
        left.add_metric([], max(each.minutes or 0 for each in progress))
    yield from (whole, left)
    if names:
        yield _of_accounts(progress, names)


def _of_accounts(progress: Sequence[AccountProgress], names: Mapping[int, str]) -> Metric:
    family = GaugeMetricFamily("insight_account_genre_ratio", "Plays that have a genre.", labels=["account"])
    for each in progress:
        if each.plays and each.account_id in names:
            family.add_metric([names[each.account_id]], each.with_genre / each.plays)
    return family
