"""The tables as Peewee models. What the tables are for, and their indexes: db/migrations/."""

from db.models.accounts import Account, AccountTimeZone, AccountVersion, Quota, QuotaHour
from db.models.catalogue import Album, Artist, Episode, RecordingChoice, Track, TrackArtist, TrackName
from db.models.plays import CollectionRun, Exclusion, Import, ImportExport, ImportRepeat, Play, SetAsideRow
from db.models.recommendations import Recommendation, RecommendationRun
from db.models.sums import (
    PlaysInPeriod,
    QuarterHour,
    ReportInPeriod,
    SessionInPeriod,
    SkipsInPeriod,
    SummedPeriod,
    TrackInPeriod,
)
from db.models.tables import Table

__all__ = [
    "Account",
    "AccountTimeZone",
    "AccountVersion",
    "Album",
    "Artist",
    "CollectionRun",
    "Episode",
    "Exclusion",
    "Import",
    "ImportExport",
    "ImportRepeat",
    "Play",
    "PlaysInPeriod",
    "QuarterHour",
    "Quota",
    "QuotaHour",
    "Recommendation",
    "RecommendationRun",
    "RecordingChoice",
    "ReportInPeriod",
    "SessionInPeriod",
    "SetAsideRow",
    "SkipsInPeriod",
    "SummedPeriod",
    "Table",
    "Track",
    "TrackArtist",
    "TrackInPeriod",
    "TrackName",
]
