"""Which plays a history lists, as conditions of SQL."""

from dataclasses import asdict, dataclass

from db.sums import SKIPPED
from insights.history.matching import MATCHING

# On the view counted_play. PostgreSQL plans with the values, so a filter that is not set costs nothing. IS TRUE makes
# it read plays in order until there are enough, however many matching names it expects.
CONDITIONS = f"""
    (%(track_ids)s::bigint[] IS NULL OR track_id = ANY(%(track_ids)s::bigint[]))
    AND (%(patterns)s::text[] IS NULL OR (track_id IN ({MATCHING})) IS TRUE)
    AND (%(source)s::text IS NULL OR source = %(source)s::text)
    AND (%(platforms)s::text[] IS NULL OR platform = ANY(%(platforms)s::text[])
        OR (%(without_platform)s AND platform IS NULL))
    AND (%(skipped)s::boolean IS NULL OR {SKIPPED} = %(skipped)s::boolean)
    AND (%(offline)s::boolean IS NULL OR offline = %(offline)s::boolean)
    AND (%(incognito)s::boolean IS NULL OR incognito = %(incognito)s::boolean)
"""


@dataclass(frozen=True, slots=True)
class PlayFilter:
    """The plays that match all of this; None matches every play.

    If the source of a play does not say whether it was skipped, offline or in a private session, it is neither true
    nor false. `patterns` are of names; `platforms` are texts of devices, and `without_platform` adds plays without one.
    """

    track_ids: tuple[int, ...] | None = None
    patterns: tuple[str, ...] | None = None
    source: str | None = None
    platforms: tuple[str, ...] | None = None
    without_platform: bool = False
    skipped: bool | None = None
    offline: bool | None = None
    incognito: bool | None = None

    @property
    def selects_all(self) -> bool:
        return self == EVERYTHING

    @property
    def selects_nothing(self) -> bool:
        return self.track_ids == () or (self.platforms == () and not self.without_platform)

    def values(self) -> dict[str, object]:
        """For CONDITIONS."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


EVERYTHING = PlayFilter()
