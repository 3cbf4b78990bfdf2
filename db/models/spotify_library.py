"""Listeners' playlists and libraries on Spotify: what they contain, and since when."""

from typing import Any

import peewee
from peewee import BigIntegerField, BooleanField, IntegerField, TextField
from playhouse.postgres_ext import BinaryJSONField, DateTimeTZField

from db.models.accounts import Account
from db.models.tables import Table


class LibraryReading(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE", primary_key=True)
    due_at = DateTimeTZField(null=True)
    read_at = DateTimeTZField(null=True)
    checked_at = DateTimeTZField(null=True)
    totals: Any = BinaryJSONField(default=dict)
    problem = TextField(default="")


class ListedSong(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    uri = TextField()
    name = TextField(null=True)
    artist_name = TextField(null=True)
    album_name = TextField(null=True)
    duration_ms = IntegerField(null=True)
    isrc = TextField(null=True)
    title_key = TextField(null=True)
    artist_key = TextField(null=True)
    playable = BooleanField(null=True)
    restriction = TextField(null=True)
    unplayable_since = DateTimeTZField(null=True)
    first_read_at = DateTimeTZField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "uri")


class ListenerPlaylist(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    spotify_id = TextField()
    name = TextField()
    owner_id = TextField()
    owner_name = TextField(null=True)
    collaborative = BooleanField()
    is_public = BooleanField(null=True)
    place = IntegerField()
    snapshot_id = TextField(null=True)
    items_read_at = DateTimeTZField(null=True)
    first_read_at = DateTimeTZField()
    gone_at = DateTimeTZField(null=True)

    class Meta:
        primary_key = peewee.CompositeKey("account", "spotify_id")


class PlaylistItem(Table):
    account = peewee.ForeignKeyField(Account)
    playlist_id = TextField()
    id = BigIntegerField()
    place = IntegerField()
    uri = TextField(null=True)
    added_at = DateTimeTZField(null=True)
    added_by = TextField(null=True)
    first_read_at = DateTimeTZField()
    gone_since = DateTimeTZField(null=True)
    removed_at = DateTimeTZField(null=True)

    class Meta:
        primary_key = peewee.CompositeKey("account", "id")


class LibraryItem(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    kind = TextField()
    key = TextField()
    name = TextField(null=True)
    artist_name = TextField(null=True)
    names_key = TextField(null=True)
    tracks = IntegerField(null=True)
    added_at = DateTimeTZField(null=True)
    first_read_at = DateTimeTZField()
    removed_at = DateTimeTZField(null=True)

    class Meta:
        primary_key = peewee.CompositeKey("account", "kind", "key")
