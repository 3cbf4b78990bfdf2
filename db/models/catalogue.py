"""The music and episodes that accounts listen to."""

import peewee
from peewee import IntegerField, SmallIntegerField, TextField
from playhouse.postgres_ext import DateTimeTZField

from db.models.accounts import Account
from db.models.tables import IdentityField, Table


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
    artist_name = TextField(null=True)  # with `name`, everything known about a track without a URI
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


class TrackName(Table):
    track = peewee.ForeignKeyField(Track, on_delete="CASCADE")
    artist_name = TextField()
    name = TextField()
    title_key = TextField(null=True)
    artist_key = TextField(null=True)

    class Meta:
        primary_key = peewee.CompositeKey("track", "artist_name", "name")


class RecordingChoice(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    track = peewee.ForeignKeyField(Track, backref="choices")
    recording = peewee.ForeignKeyField(Track, backref="chosen_by")
    chosen_at = DateTimeTZField(constraints=[peewee.SQL("DEFAULT now()")])

    class Meta:
        primary_key = peewee.CompositeKey("account", "track")


class Episode(Table):
    id = IdentityField()
    kind = TextField()
    uri = TextField(null=True, unique=True)
    name = TextField(null=True)
    show_name = TextField(null=True)
