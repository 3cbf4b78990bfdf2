"""Schema `report`: commented views for SQL tools, and which PostgreSQL role reads which account through them.

Whoever connects sees only the accounts of `report_clock`: a role of `report_reader` sees its own account, the owner of
our tables sees every account. The views decide by `session_user`, which no SET ROLE changes, so everybody may be
granted them: a role needs no grants of its own, and none is lost when a later version replaces a view. docs/sql.md
promises names and types of their columns; tests/db/report/ holds them to it. Before a later migration can change a
column that they read, it drops the views, and creates them again from its own list.
"""

READERS = """
CREATE TABLE report_reader (
    account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    role text NOT NULL CHECK (role ~ '^insight_reader_[0-9a-f]{12}$'),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX report_reader_role ON report_reader (role);
COMMENT ON TABLE report_reader IS 'PostgreSQL roles that read one account through the views of the schema report';
"""
# A zone holds from its row until the next one's; the first one also holds before.
CLOCK = """
CREATE VIEW report_clock WITH (security_barrier) AS
    SELECT account.id AS account_id, username, coalesce(time_zone, 'UTC') AS time_zone,
           CASE WHEN EXISTS (SELECT FROM account_time_zone earlier
                             WHERE earlier.account_id = account.id AND earlier.since < zone.since)
                THEN zone.since ELSE '-infinity' END AS since,
           coalesce((SELECT min(later.since) FROM account_time_zone later
                     WHERE later.account_id = account.id AND later.since > zone.since), 'infinity') AS until
    FROM account LEFT JOIN account_time_zone zone ON zone.account_id = account.id
    WHERE deletion_began_at IS NULL AND (
        disabled_at IS NULL AND account.id IN (SELECT account_id FROM report_reader WHERE role = session_user)
        OR (SELECT pg_has_role(session_user, relowner, 'USAGE') FROM pg_class WHERE oid = 'account'::regclass));
"""
PLAYS = """
    FROM report_clock clock
    JOIN counted_play play ON play.account_id = clock.account_id AND play.track_id IS NOT NULL
        AND played_at >= clock.since AND played_at < clock.until
    LEFT JOIN account_track own ON own.account_id = play.account_id AND own.track_id = play.track_id
    LEFT JOIN track ON track.id = play.track_id
    LEFT JOIN artist ON artist.id = own.artist_id
    LEFT JOIN album ON album.id = own.album_id
"""
COUNTS = "(play.ms_played IS NULL OR play.ms_played >= 30000)"
# Plays that count, without what is known of their tracks: two parts, each of which one index has.
HEARD = """
    FROM report_clock clock CROSS JOIN LATERAL (
        SELECT played_at, place, ms_played AS ms FROM counted_play
        WHERE counted_play.account_id = clock.account_id AND track_id IS NOT NULL AND ms_played >= 30000
          AND played_at >= clock.since AND played_at < clock.until
        UNION ALL
        SELECT played_at, place, coalesce(duration_ms, 0)
        FROM counted_play JOIN account_track USING (account_id, track_id)
        WHERE counted_play.account_id = clock.account_id AND track_id IS NOT NULL AND ms_played IS NULL
          AND played_at >= clock.since AND played_at < clock.until
    ) heard
"""
LOCAL = "(played_at AT TIME ZONE time_zone)"
# The groups of insights/plays/device_groups.py; a test compares the two.
DEVICE = r"""CASE
        WHEN platform IS NULL OR lower(platform) ~ '^not_applicable$' THEN 'unknown'
        WHEN lower(platform) ~ 'web_?player' THEN 'web_player'
        WHEN lower(platform)
            ~ '(?<![a-z])(tv|tvos|apple_?tv|android_?tv|webos|tizen|bravia|roku|fire_?tv)(?![a-z])|smart_?tv' THEN 'tv'
        WHEN lower(platform)
            ~ '(?<![a-z])(car|automotive|carplay|android_?auto|tesla|car_?thing)(?![a-z])' THEN 'car'
        WHEN lower(platform) ~ '^android' THEN 'android'
        WHEN lower(platform) ~ '^(ios|ipados|iphone|ipad|ipod)' THEN 'ios'
        WHEN lower(platform) ~ '^windows' THEN 'windows'
        WHEN lower(platform) ~ '^(os ?x|mac)' THEN 'macos'
        WHEN lower(platform) ~ '^linux' THEN 'linux'
        WHEN lower(platform) ~ '(?<![a-z])(ps[345]|playstation|xbox|nintendo)' THEN 'console'
        WHEN lower(platform) ~ ('(?<![a-z])(cast|chromecast|sonos|echo|salmon|alexa|speaker|bose|denon|heos|libratone|'
            || 'bang|bluesound|soundtouch|yamaha|homepod|google_home|nest|hifi|avr)') THEN 'speakers'
        ELSE 'other' END"""
SKIPPED = "coalesce(skipped, nullif(reason_end, 'unknown') IN ('fwdbtn', 'backbtn'))"
USERNAME = ("username", "username", "the account")
# Of each view: what it is, its columns (name, expression, what it is), and where they come from.
PLAY = [
    USERNAME,
    ("play_id", "play.id", "unique within the account"),
    ("played_at", "played_at::timestamptz", "when it ended"),
    ("began_at", "played_at - coalesce(play.ms_played, own.duration_ms, 0) * interval '1 ms'",
     "its end minus ms_played"),
    ("local_time", f"{LOCAL}::timestamp", "when it ended, on the listener's own clock"),
    ("day", f"{LOCAL}::date", "the listener's own day in which it ended"),
    ("hour", f"extract(hour FROM {LOCAL})::int", "the hour of the listener's clock in which it ended, 0 to 23"),
    ("track_id", "play.track_id", "see report.tracks"),
    ("song_id", "own.song_id", "the same for tracks that count as one recording: count songs by it"),
    ("artist_id", "own.artist_id", "see report.artists; the first artist of the track"),
    ("album_id", "own.album_id", "see report.albums"),
    ("track", "coalesce(own.name, track.name)", "null if only its URI is known"),
    ("artist", "coalesce(artist.name, own.artist_name, track.artist_name)", "the first artist of the track"),
    ("album", "album.name", "null if unknown"),
    ("ms_played", "coalesce(play.ms_played, own.duration_ms, 0)",
     "milliseconds heard; the length of the track if the source does not say"),
    ("skipped", SKIPPED, "null if the source does not say"),
    ("reason_start", "reason_start", "why it began, in Spotify's word"),
    ("reason_end", "reason_end", "why it ended, in Spotify's word"),
    ("shuffle", "shuffle", "null if the source does not say"),
    ("offline", "offline", "null if the source does not say"),
    ("private_session", "incognito", "null if the source does not say"),
    ("device", DEVICE, "the kind of device: android, car, console, ios, linux, macos, other, speakers, tv, unknown, "
     "web_player, windows"),
    ("country", "country", "where it was played, two letters"),
    ("source", "source", "where it was reported"),
]  # fmt: skip
VIEWS = {
    "accounts": ("the accounts that you may read", [
        USERNAME, ("time_zone", "time_zone", "where the listener lives now"),
    ], "FROM report_clock WHERE until = 'infinity'"),
    "plays": ("plays of music that count: heard for 30 seconds or more, and not excluded", PLAY,
              f"{PLAYS} WHERE {COUNTS}"),
    "all_plays": ("plays of music of every length, for skips", [
        *PLAY, ("counts", COUNTS, "whether report.plays has it"),
    ], PLAYS),
    "tracks": ("the tracks that the listener has played", [
        USERNAME,
        ("track_id", "own.track_id", "unique within the account"),
        ("song_id", "own.song_id", "the same for tracks that count as one recording"),
        ("name", "coalesce(own.name, track.name)", "null if only its URI is known"),
        ("artist", "coalesce(artist.name, own.artist_name, track.artist_name)", "its first artist"),
        ("album", "album.name", "null if unknown"),
        ("artist_id", "own.artist_id", "see report.artists"),
        ("album_id", "own.album_id", "see report.albums"),
        ("duration_ms", "own.duration_ms", "its length in milliseconds; null if unknown"),
        ("isrc", "own.isrc", "the International Standard Recording Code; null if unknown"),
        ("uri", "track.uri", "spotify:track:… or spotify:local:…; null if only names are known"),
        ("year", "year::int", "the year of its first release; null if unknown"),
    ], """
        FROM report_clock clock JOIN account_track own USING (account_id) JOIN track ON track.id = own.track_id
        LEFT JOIN track_year ON track_year.track_id = track.id
        LEFT JOIN artist ON artist.id = own.artist_id LEFT JOIN album ON album.id = own.album_id
        WHERE until = 'infinity'
    """),
    "artists": ("the first artists of those tracks", [
        USERNAME,
        ("artist_id", "artist.id", "unique within the account"),
        ("name", "artist.name", "as Spotify or an export spells it"),
        ("uri", "'spotify:artist:' || artist.spotify_id", "null if only the name is known"),
    ], """
        FROM report_clock clock JOIN artist ON EXISTS (
            SELECT FROM account_track WHERE account_track.account_id = clock.account_id AND artist_id = artist.id)
        WHERE until = 'infinity'
    """),
    "albums": ("the albums of those tracks", [
        USERNAME,
        ("album_id", "album.id", "unique within the account"),
        ("name", "album.name", "as Spotify or an export spells it"),
        ("artist", "artist.name", "its first artist; null if unknown"),
        ("release_date", "album.release_date", "a year, a month or a day, as Spotify has it; null if unknown"),
        ("uri", "'spotify:album:' || album.spotify_id", "null if only the name is known"),
    ], """
        FROM report_clock clock JOIN album ON EXISTS (
            SELECT FROM account_track
            WHERE account_track.account_id = clock.account_id AND account_track.album_id = album.id)
        LEFT JOIN artist ON artist.id = album.artist_id WHERE until = 'infinity'
    """),
    "genres": ("the genres of those tracks; tracks whose genres are unknown have no row", [
        USERNAME,
        ("track_id", "own.track_id", "see report.tracks"),
        ("genre", "genre.name", "as MusicBrainz writes it, in lower case"),
        ("parent", "parent.name", "the genre that it is a kind of; null if there is none"),
        ("share", "share", "its part of the track: the shares of a track sum to 1"),
    ], """
        FROM report_clock clock JOIN account_track own USING (account_id)
        JOIN track_genre ON track_genre.track_id = own.track_id JOIN genre ON genre.id = track_genre.genre_id
        LEFT JOIN genre parent ON parent.id = genre.parent_id WHERE until = 'infinity'
    """),
    "plays_per_day": ("plays that count by the listener's own days; days without plays have no row", [
        USERNAME,
        ("day", f"{LOCAL}::date", "the day in which they ended"),
        ("plays", "count(*)", "how many"),
        ("ms_played", "sum(ms)::bigint", "milliseconds heard"),
    ], f"{HEARD} GROUP BY 1, 2"),
    "plays_per_hour": ("the same by hours of the listener's own clock", [
        USERNAME,
        ("day", f"{LOCAL}::date", "the day in which they ended"),
        ("hour", f"extract(hour FROM {LOCAL})::int", "the hour in which they ended, 0 to 23"),
        ("plays", "count(*)", "how many"),
        ("ms_played", "sum(ms)::bigint", "milliseconds heard"),
    ], f"{HEARD} GROUP BY 1, 2, 3"),
    "sessions": ("plays that count without a silence of over 20 minutes between them", [
        ("username", "session.username", "the account"),
        ("began_at", "began", "when the earliest of its plays began"),
        ("ended_at", "ended::timestamptz", "when its last play ended"),
        ("day", "(began AT TIME ZONE time_zone)::date", "the listener's own day on which it began"),
        ("hour", "extract(hour FROM began AT TIME ZONE time_zone)::int", "the hour in which it began, 0 to 23"),
        ("plays", "plays", "how many"),
        ("ms_played", "ms", "milliseconds heard; more than its length if plays overlap"),
    ], f"""
        FROM (
            SELECT username, min(began) AS began, max(played_at) AS ended, count(*) AS plays, sum(ms)::bigint AS ms
            FROM (
                SELECT *, count(*) FILTER (WHERE is_first)
                    OVER (PARTITION BY username ORDER BY played_at, place ROWS UNBOUNDED PRECEDING) AS session
                FROM (
                    SELECT username, heard.*, played_at - ms * interval '1 ms' AS began, coalesce(
                        played_at - ms * interval '1 ms' - lag(played_at)
                            OVER (PARTITION BY username ORDER BY played_at, place) > interval '20 min', true)
                        AS is_first
                    {HEARD}
                ) parted
            ) numbered GROUP BY username, session
        ) session
        JOIN report_clock clock ON clock.username = session.username AND began >= clock.since AND began < clock.until
    """),
    "gaps": ("times since the first play for which neither an export nor collecting shows what was played", [
        USERNAME,
        ("began_at", "lower(span)", "when it began"),
        ("ended_at", "upper(span)", "when it ended; now, if it lasts"),
        ("reason", "reason", "full_page: a page of nothing but new plays may not have reached back to the plays "
         "before; paused: the listener wanted nothing collected; not_covered: nothing was collected or imported"),
    ], """
        FROM report_clock clock CROSS JOIN LATERAL (
            SELECT (SELECT coalesce(range_agg(tstzrange(gap_start, gap_end)), '{}') FROM collection_run
                    WHERE collection_run.account_id = clock.account_id AND gap_start < gap_end) AS full_pages,
                   (SELECT coalesce(range_agg(tstzrange(pause.since, coalesce(pause.until, now()))), '{}')
                    FROM collecting_pause pause
                    WHERE pause.account_id = clock.account_id AND pause.since < now()) AS pauses,
                   (SELECT coalesce(range_agg(covers), '{}') FROM import_export
                    WHERE import_export.account_id = clock.account_id) AS exports,
                   (SELECT tstzmultirange(tstzrange(min(played_at), now())) FROM counted_play
                    WHERE counted_play.account_id = clock.account_id AND track_id IS NOT NULL
                      AND played_at < now()) AS known,
                   (SELECT coalesce(range_agg(tstzrange(least(began, finished), now())), '{}') FROM (
                        SELECT (SELECT min(played_at) FROM play
                                WHERE play.account_id = clock.account_id AND source IN ('recent', 'current')
                                  AND collected) AS began,
                               (SELECT max(finished_at) FROM collection_run run
                                WHERE run.account_id = clock.account_id AND outcome = 'collected') AS finished
                    ) run WHERE finished IS NOT NULL AND least(began, finished) < now()) AS collected
        ) record CROSS JOIN LATERAL (VALUES
            ('full_page', known * full_pages - pauses - exports), ('paused', known * pauses - exports),
            ('not_covered', known - exports - full_pages - pauses - collected)
        ) missing (reason, spans) CROSS JOIN LATERAL unnest(spans) AS span
        WHERE clock.until = 'infinity'
    """),
    "recommendations": ("the lists of recommendations", [
        USERNAME,
        ("list", "list_name", "which list: daily, weekly, year-ago or month"),
        ("date", "recommendation.date", "the day of the list"),
        ("rank", "rank", "the place in the list, from 1"),
        ("kind", "kind", "the kind of recommendation"),
        ("track_id", "recommendation.track_id", "unlike in report.tracks, it may never have been played"),
        ("track", "coalesce(own.name, track.name)", "null if only its URI is known"),
        ("artist", "coalesce(own.artist_name, track.artist_name)", "its first artist"),
        ("uri", "track.uri", "spotify:track:…; null if only names are known"),
        ("reason", "reason", "why it is in the list"),
    ], """
        FROM report_clock clock JOIN recommendation USING (account_id) JOIN track ON track.id = recommendation.track_id
        LEFT JOIN account_track own ON own.account_id = clock.account_id AND own.track_id = track.id
        WHERE until = 'infinity'
    """),
    "collections": ("runs of the collectors", [
        USERNAME,
        ("collector", "collector", "which collector ran"),
        ("started_at", "started_at", "when it started"),
        ("finished_at", "finished_at", "when it ended; null while it runs, or if it was killed"),
        ("outcome", "outcome", "collected if it worked"),
        ("plays_new", "plays_new", "plays that were not known"),
        ("plays_known", "plays_known", "plays that were known"),
    ], "FROM report_clock JOIN collection_run USING (account_id) WHERE until = 'infinity'"),
}  # fmt: skip


# PostgreSQL tests a reader's condition, such as `played_at > …`, while it still reads every account's rows, if the
# comparison itself tells nothing. EXPLAIN ANALYZE and the statistics of tables say how many rows passed there: so a
# role could count another account's plays by time, track and country, and find out every one of them. This keeps
# conditions outside, where only rows of the role's own account arrive.
FENCE = "OFFSET 0"


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def statements(name, comment, columns, source):
    selected = ", ".join(f"{expression} AS {column}" for column, expression, _ in columns)
    yield f"CREATE VIEW report.{name} WITH (security_barrier) AS SELECT {selected} {source} {FENCE}"
    yield f"COMMENT ON VIEW report.{name} IS {quoted(comment)}"
    for column, _, meaning in columns:
        yield f"COMMENT ON COLUMN report.{name}.{column} IS {quoted(meaning)}"


def up(migrator, db):
    db.execute_sql(READERS)
    db.execute_sql(CLOCK)
    db.execute_sql("CREATE SCHEMA IF NOT EXISTS report")
    for name, (comment, columns, source) in VIEWS.items():
        for statement in statements(name, comment, columns, source):
            db.execute_sql(statement)
    db.execute_sql("GRANT USAGE ON SCHEMA report TO PUBLIC")
    db.execute_sql("GRANT SELECT ON ALL TABLES IN SCHEMA report TO PUBLIC")
