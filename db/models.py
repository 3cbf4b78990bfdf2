"""The tables as Peewee models. What the tables are for, and their indexes: db/migrations/."""

from typing import Any

import peewee
from peewee import (
    BigIntegerField,
    BooleanField,
    DateField,
    DoubleField,
    IntegerField,
    SmallIntegerField,
    TextField,
)
from playhouse.postgres_ext import BinaryJSONField, DateTimeTZField

from db.connection import database


class Table(peewee.Model):
    class Meta:
        database = database
        legacy_table_names = False


class IdentityField(peewee.BigAutoField):
    """A bigint that PostgreSQL counts up by itself."""


class Account(Table):
    id = IdentityField()
    username = TextField(unique=True)
    spotify_account_id = TextField(null=True, unique=True)
    display_name = TextField(null=True)
    refresh_token = TextField(null=True)  # encrypted, as is the next: db/tokens.py
    access_token = TextField(null=True)
    access_token_expires_at = DateTimeTZField(null=True)
    scopes = TextField(default="")
    authorised_at = DateTimeTZField(null=True)
    reconnect_reason = TextField(null=True)  # why consent is needed again; null while all is well
    visibility = TextField(default="private")
    data_version = BigIntegerField(default=0)
    created_at = DateTimeTZField(constraints=[peewee.SQL("DEFAULT now()")])


class AccountTimeZone(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    since = DateTimeTZField()
    time_zone = TextField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "since")


class Artist(Table):
    id = IdentityField()
    spotify_id = TextField(null=True, unique=True)
    name = TextField()
    fetched_at = DateTimeTZField(null=True)


class Album(Table):
    id = IdentityField()
    spotify_id = TextField(null=True, unique=True)
    name = TextField()
    artist = peewee.ForeignKeyField(Artist, null=True)
    release_date = TextField(null=True)
    image_url = TextField(null=True)
    fetched_at = DateTimeTZField(null=True)


class Track(Table):
    id = IdentityField()
    uri = TextField(null=True, unique=True)
    name = TextField(null=True)
    artist_name = TextField(null=True)  # as first reported; with `name` all that an account export knows of a track
    album = peewee.ForeignKeyField(Album, null=True)
    duration_ms = IntegerField(null=True)
    isrc = TextField(null=True)
    fetched_at = DateTimeTZField(null=True)


class TrackArtist(Table):
    track = peewee.ForeignKeyField(Track, on_delete="CASCADE")
    position = SmallIntegerField()
    artist = peewee.ForeignKeyField(Artist)

    class Meta:
        primary_key = peewee.CompositeKey("track", "position")


class Episode(Table):
    id = IdentityField()
    kind = TextField()
    uri = TextField(null=True, unique=True)
    name = TextField(null=True)
    show_name = TextField(null=True)


class Import(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    id = BigIntegerField()
    started_at = DateTimeTZField()
    finished_at = DateTimeTZField(null=True)
    files = BinaryJSONField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "id")


class Play(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    id = BigIntegerField()
    played_at = DateTimeTZField()
    started_at = DateTimeTZField(null=True)
    track = peewee.ForeignKeyField(Track, null=True)
    episode = peewee.ForeignKeyField(Episode, null=True)
    ms_played = IntegerField(null=True)
    source = TextField()
    import_id = BigIntegerField(null=True)
    occurrence = SmallIntegerField(default=0)
    superseded_by = BigIntegerField(null=True)
    reason_start = TextField(null=True)
    reason_end = TextField(null=True)
    shuffle = BooleanField(null=True)
    skipped = BooleanField(null=True)
    offline = BooleanField(null=True)
    incognito = BooleanField(null=True)
    platform = TextField(null=True)
    country = TextField(null=True)
    context_uri = TextField(null=True)

    class Meta:
        primary_key = peewee.CompositeKey("account", "id")


class CollectionRun(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    id = BigIntegerField()
    collector = TextField()
    started_at = DateTimeTZField()
    finished_at = DateTimeTZField(null=True)
    outcome = TextField(default="running")
    plays_new = IntegerField(default=0)
    plays_known = IntegerField(default=0)
    gap_start = DateTimeTZField(null=True)
    gap_end = DateTimeTZField(null=True)
    message = TextField(default="")

    class Meta:
        primary_key = peewee.CompositeKey("account", "id")


class Quota(Table):
    client_id = TextField()
    endpoint_group = TextField()
    blocked_until = DateTimeTZField()
    reason = TextField()

    class Meta:
        primary_key = peewee.CompositeKey("client_id", "endpoint_group")


class QuotaHour(Table):
    client_id = TextField()
    endpoint_group = TextField()
    hour = DateTimeTZField()
    calls = IntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("client_id", "endpoint_group", "hour")


class RecommendationRun(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    date = DateField()
    as_of = DateTimeTZField()
    time_zone = TextField()
    engine = IntegerField()
    status = TextField()
    created_at = DateTimeTZField(constraints=[peewee.SQL("DEFAULT now()")])

    class Meta:
        primary_key = peewee.CompositeKey("account", "date")


class Recommendation(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    date = DateField()
    rank = IntegerField()
    kind = TextField()
    track = peewee.ForeignKeyField(Track)
    score = DoubleField()
    reason = TextField()
    evidence: Any = BinaryJSONField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "date", "rank")
