"""The parameters that share links for one period, or with totals only, take: named periods in the account's zone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from insights.answers.periods import Period
from web.http.errors import bad_parameter
from web.visitors.visitor import Visitor

NOT_TAKEN: Mapping[str, str] = {
    "tz": "is not allowed with this link: its days are those of the account's own time zone",
    **dict.fromkeys(
        ("from", "to"), "is not allowed with this link: choose a period by its name, such as 2025 or 2025-06"
    ),
}
ITEMS, OF_SPOTIFY = ("artist", "album", "track"), "x" * 22
NOT_SUMS = "is not allowed with this link: it shows totals only, and gaps have a beginning and an end"
NOT_OVER = "must include a day that is over: this link shows totals only, and today counts from tomorrow on"


def allowed(who: Visitor, query: dict[str, str]) -> dict[str, str]:
    """The parameters, with the period of the link, if it is for one. Raises Problem."""
    if not who.is_restricted:
        return query
    for name in (name for name in query if name in NOT_TAKEN):
        raise bad_parameter(name, NOT_TAKEN[name])
    if who.sums_only:
        _check_sums(query)
    if who.period is None:
        return query
    if query.get("period", who.period) != who.period:
        raise bad_parameter("period", f"must be {who.period} with this link, or left out")
    return {**query, "period": who.period}


def _check_sums(query: Mapping[str, str]) -> None:
    """Refuse our own ids: they grow as music arrives, so they reveal in which order it was first heard."""
    if "completeness" in query:
        raise bad_parameter("completeness", NOT_SUMS)
    for name in ITEMS:
        if len(query.get(name, OF_SPOTIFY)) != len(OF_SPOTIFY):
            raise bad_parameter(name, "must be Spotify's id with this link: 22 letters and digits")


def shown_period(who: Visitor, period: Period, today: datetime) -> Period:
    """The part of a period that the link shows; `today` is when today began.

    Links with totals only show days that are over: totals of today, read every minute, would reveal each play.
    Raises Problem.
    """
    if who.period is not None:
        period = replace(period, before=None)
    if not who.sums_only:
        return period
    if period.start >= today:
        raise bad_parameter("period", NOT_OVER)
    return replace(period, end=min(period.end, today))
