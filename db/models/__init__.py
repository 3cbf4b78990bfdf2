"""The tables as Peewee models. db/migrations/ explains their purpose, and has their indexes."""

from db.models.access import ApiToken, FormerUsername, Invitation, Notice, ShareLink, WebSession
from db.models.accounts import Account, AccountTimeZone, AccountVersion, Quota, QuotaHour, SpotifyApp
from db.models.catalogue import Album, Artist, Episode, RecordingChoice, Track, TrackArtist, TrackName
from db.models.library import AccountEpisode, AccountTrack, ReportedEpisode, ReportedTrack
from db.models.plays import (
    AnnouncedTrack,
    CollectionRun,
    Exclusion,
    Import,
    ImportExport,
    ImportJob,
    ImportRepeat,
    Play,
    SetAsideRow,
)
from db.models.recommendations import (
    AccountCache,
    ProviderCache,
    Recommendation,
    RecommendationBaseline,
    RecommendationFeedback,
    RecommendationPreference,
    RecommendationRun,
    ServiceStanding,
)
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
from db.models.versions import LastVersion
from db.models.web import AccountHits, Attempt, FirstCollection

__all__ = [
    "Account",
    "AccountCache",
    "AccountEpisode",
    "AccountHits",
    "AccountTimeZone",
    "AccountTrack",
    "AccountVersion",
    "Album",
    "AnnouncedTrack",
    "ApiToken",
    "Artist",
    "Attempt",
    "CollectionRun",
    "Episode",
    "Exclusion",
    "FirstCollection",
    "FormerUsername",
    "Import",
    "ImportExport",
    "ImportJob",
    "ImportRepeat",
    "Invitation",
    "LastVersion",
    "Notice",
    "Play",
    "PlaysInPeriod",
    "ProviderCache",
    "QuarterHour",
    "Quota",
    "QuotaHour",
    "Recommendation",
    "RecommendationBaseline",
    "RecommendationFeedback",
    "RecommendationPreference",
    "RecommendationRun",
    "RecordingChoice",
    "ReportInPeriod",
    "ReportedEpisode",
    "ReportedTrack",
    "ServiceStanding",
    "SessionInPeriod",
    "SetAsideRow",
    "ShareLink",
    "SkipsInPeriod",
    "SpotifyApp",
    "SummedPeriod",
    "Table",
    "Track",
    "TrackArtist",
    "TrackInPeriod",
    "TrackName",
    "WebSession",
]
