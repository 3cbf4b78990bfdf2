"""Each account's library, and the names that its imports reported."""

import peewee
from peewee import BigIntegerField, IntegerField, TextField
from playhouse.postgres_ext import BinaryJSONField, DateTimeTZField

from db.models.accounts import Account
from db.models.catalogue import Episode, Track
from db.models.tables import Table


class ReportedTrack(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    import_id = BigIntegerField(null=True)
    export_no = IntegerField(null=True)
    track = peewee.ForeignKeyField(Track)
    name = TextField(null=True)
    artist_name = TextField(null=True)
    album_name = TextField(null=True)
    last_played_at = DateTimeTZField()
    facts = BinaryJSONField(null=True)
    title_key = TextField(null=True)
    artist_key = TextField(null=True)

    class Meta:
        primary_key = False


class ReportedEpisode(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    import_id = BigIntegerField(null=True)
    export_no = IntegerField(null=True)
    episode = peewee.ForeignKeyField(Episode)
    name = TextField(null=True)
    show_name = TextField(null=True)
    last_played_at = DateTimeTZField()

    class Meta:
        primary_key = False


class AccountTrack(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    track = peewee.ForeignKeyField(Track)
    name = TextField(null=True)
    artist_name = TextField(null=True)
    duration_ms = IntegerField(null=True)
    isrc = TextField(null=True)
    facts = BinaryJSONField(null=True)
    named_at = DateTimeTZField(null=True)
    title_key = TextField(null=True)
    artist_key = TextField(null=True)
    credits_key = TextField(null=True)
    album_key = TextField(null=True)
    credit_id = BigIntegerField(null=True)
    artist_id = BigIntegerField(null=True)
    told_album_id = BigIntegerField(null=True)
    album_id = BigIntegerField(null=True)
    recording_id = BigIntegerField(null=True)
    evidence = TextField(null=True)
    song_id = BigIntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "track")


class AccountEpisode(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    episode = peewee.ForeignKeyField(Episode)
    name = TextField(null=True)
    show_name = TextField(null=True)

    class Meta:
        primary_key = peewee.CompositeKey("account", "episode")
