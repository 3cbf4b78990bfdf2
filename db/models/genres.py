"""Genres, years, sound and origins of music, what they are computed from, and the queue that looks it up."""

import peewee
from peewee import (
    BigIntegerField,
    BooleanField,
    FloatField,
    IntegerField,
    SmallIntegerField,
    TextField,
    UUIDField,
)
from playhouse.postgres_ext import DateTimeTZField

from db.models.accounts import Account
from db.models.catalogue import Artist, Track
from db.models.tables import IdentityField, Table


class Genre(Table):
    id = IdentityField()
    name = TextField(unique=True)
    mbid = UUIDField(null=True, unique=True)
    parent = peewee.ForeignKeyField("self", null=True, on_delete="SET NULL")


class TrackGenre(Table):
    track = peewee.ForeignKeyField(Track, on_delete="CASCADE")
    genre = peewee.ForeignKeyField(Genre, on_delete="CASCADE")
    share = FloatField()
    level = TextField()
    source = TextField()

    class Meta:
        primary_key = peewee.CompositeKey("track", "genre")


class TrackYear(Table):
    track = peewee.ForeignKeyField(Track, on_delete="CASCADE", primary_key=True)
    year = SmallIntegerField()
    precision = TextField()
    source = TextField()


class TrackSound(Table):
    track = peewee.ForeignKeyField(Track, on_delete="CASCADE", primary_key=True)
    energy = FloatField(null=True)
    valence = FloatField(null=True)
    danceability = FloatField(null=True)
    acousticness = FloatField(null=True)
    tempo = FloatField(null=True)
    source = TextField()
    fetched_at = DateTimeTZField()


class ArtistOrigin(Table):
    artist = peewee.ForeignKeyField(Artist, on_delete="CASCADE", primary_key=True)
    country = TextField(null=True)
    area = TextField(null=True)
    source = TextField()


class ArtistIdentity(Table):
    artist = peewee.ForeignKeyField(Artist, on_delete="CASCADE")
    mbid = UUIDField()
    source = TextField()
    votes = SmallIntegerField(default=1)
    decided_at = DateTimeTZField()

    class Meta:
        primary_key = peewee.CompositeKey("artist", "mbid")


class TrackIdentity(Table):
    track = peewee.ForeignKeyField(Track, on_delete="CASCADE")
    mbid = UUIDField()
    source = TextField()
    votes = SmallIntegerField(default=1)
    decided_at = DateTimeTZField()

    class Meta:
        primary_key = peewee.CompositeKey("track", "mbid")


class KnownRecording(Table):
    mbid = UUIDField(primary_key=True)
    artist_mbid = UUIDField(null=True)
    release_group_mbid = UUIDField(null=True)
    release_mbid = UUIDField(null=True)
    release_year = SmallIntegerField(null=True)
    caa_id = BigIntegerField(null=True)
    caa_release_mbid = UUIDField(null=True)
    fetched_at = DateTimeTZField()


class KnownReleaseGroup(Table):
    mbid = UUIDField(primary_key=True)
    first_date = TextField(null=True)
    fetched_at = DateTimeTZField()


class KnownArtist(Table):
    mbid = UUIDField(primary_key=True)
    name = TextField(null=True)
    country = TextField(null=True)
    area = TextField(null=True)
    fetched_at = DateTimeTZField()


class Tag(Table):
    entity = TextField()
    mbid = UUIDField()
    source = TextField()
    name = TextField()
    genre = peewee.ForeignKeyField(Genre, null=True, on_delete="SET NULL")
    count = IntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("entity", "mbid", "source", "name")


class ArtistTag(Table):
    artist = peewee.ForeignKeyField(Artist, on_delete="CASCADE")
    source = TextField()
    name = TextField()
    genre = peewee.ForeignKeyField(Genre, null=True, on_delete="SET NULL")
    count = IntegerField()
    fetched_at = DateTimeTZField()

    class Meta:
        primary_key = peewee.CompositeKey("artist", "source", "name")


class MusicLookup(Table):
    question = TextField()
    subject = TextField()
    found = BooleanField()
    asked_at = DateTimeTZField()
    due_at = DateTimeTZField()

    class Meta:
        primary_key = peewee.CompositeKey("question", "subject")


class NameLookupChoice(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE", primary_key=True)
    chosen_at = DateTimeTZField(constraints=[peewee.SQL("DEFAULT now()")])


class EnrichmentProgress(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE", primary_key=True)
    measured_at = DateTimeTZField()
    plays = BigIntegerField()
    with_genre = BigIntegerField()
    with_year = BigIntegerField()
    with_origin = BigIntegerField()
    with_sound = BigIntegerField()
    expected = FloatField(null=True)
    minutes = IntegerField(null=True)
