"""Where each table is on a Citus cluster. Every table is in one of these lists; parents come before their children.

A *reference* table is complete on every node, so that each account's statements can join it: accounts themselves, and
music. A *distributed* table is divided by `account_id`: all rows of an account, of all these tables, are on one node. A
*coordinator* table is on the coordinator only: who may do what, the queues that are claimed across accounts, and what
belongs to no account. What is written or looked up with every poll or request is there, too, because that asks one node
and commits on one.
"""

from db.engine.distribution import MUSIC

REFERENCE = ("spotify_app", "account", "account_time_zone", "collecting_pause", *MUSIC)
DISTRIBUTED = (
    "import", "import_export", "import_repeat", "set_aside_row", "exclusion", "play",
    "reported_track", "reported_episode", "account_track", "account_episode", "recording_choice",
    "summed_period", "track_in_period", "plays_in_period", "report_in_period", "skips_in_period", "session_in_period",
    "quarter_hour", "joined_sum", "track_in_joined_sum", "day_in_joined_sum", "hour_in_joined_sum",
    "sound_in_joined_sum", "genre_in_joined_sum", "collection_run",
    "recommendation_run", "recommendation", "recommendation_baseline", "recommendation_feedback", "account_cache",
    "listed_song", "listener_playlist", "playlist_item", "library_item",
)  # fmt: skip
# Coordinator tables with a foreign key to `account`: their rows are deleted with it.
COORDINATOR_OF_ACCOUNTS = (
    "account_version", "former_username", "report_reader", "web_session", "api_token", "share_link", "invitation",
    "notice", "import_job", "first_collection", "collection_schedule", "live_watch", "announced_track",
    "library_reading", "recommendation_preference", "account_hits", "name_lookup_choice", "enrichment_progress",
    "webhook", "webhook_delivery",
)  # fmt: skip
COORDINATOR = (
    *COORDINATOR_OF_ACCOUNTS, "attempt", "last_version", "music_lookup", "provider_cache", "quota", "quota_hour",
    "schema_migration", "service_standing",
)  # fmt: skip
