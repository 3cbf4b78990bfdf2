"""Reports of plays: their sources, and which of them count."""

from typing import Any

import peewee
from peewee import BigIntegerField, BooleanField, IntegerField, TextField, UUIDField
from playhouse.postgres_ext import ArrayField, BinaryJSONField, DateTimeTZField

from db.models.accounts import Account
from db.models.catalogue import Episode, Track
from db.models.tables import Table


class Import(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    id = BigIntegerField()
    started_at = DateTimeTZField()
    finished_at = DateTimeTZField(null=True)
    files = BinaryJSONField()
    undone_at = DateTimeTZField(null=True)
    shares_known = BooleanField(default=True)
    looked_at = DateTimeTZField(null=True)  # when somebody first saw the fate of its rows

    class Meta:
        primary_key = peewee.CompositeKey("account", "id")


class ImportExport(Table):
    account = peewee.ForeignKeyField(Account)
    import_id = BigIntegerField()
    export_no = IntegerField()
    plays: Any = peewee.Field()  # int8multirange, only for SQL
    covers: Any = peewee.Field()  # tstzmultirange, likewise
    extended_covers: Any = peewee.Field()  # the part that an extended export covers

    class Meta:
        primary_key = peewee.CompositeKey("account", "import_id", "export_no")


class ImportRepeat(Table):
    account = peewee.ForeignKeyField(Account)
    import_id = BigIntegerField()
    export_no = IntegerField()
    source = TextField()
    played_at = DateTimeTZField()
    track = peewee.ForeignKeyField(Track, null=True)
    episode = peewee.ForeignKeyField(Episode, null=True)
    ms_played = IntegerField(null=True)
    copies = IntegerField()

    class Meta:
        primary_key = False


class SetAsideRow(Table):
    account = peewee.ForeignKeyField(Account)
    import_id = BigIntegerField()
    file_no = IntegerField()
    row_no = IntegerField()
    fate = TextField()
    reason = TextField()
    content = TextField(default="")

    class Meta:
        primary_key = peewee.CompositeKey("account", "import_id", "file_no", "row_no")


class ImportJob(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    id = BigIntegerField()
    folder = TextField(null=True)
    undoes = BigIntegerField(null=True)  # the import to undo
    keep_readable = BooleanField(default=False)
    files = ArrayField(TextField)
    begun_at = DateTimeTZField(constraints=[peewee.SQL("DEFAULT now()")])
    received_at = DateTimeTZField(null=True)
    attempts = IntegerField(default=0)
    share = peewee.DoubleField(default=0)
    rows = BigIntegerField(default=0)
    plays = BigIntegerField(default=0)
    doubts = ArrayField(TextField)
    agreed = BooleanField(default=False)
    stopping = BooleanField(default=False)
    import_id = BigIntegerField(null=True)
    not_read: Any = BinaryJSONField()
    failure = TextField(default="")
    ended_at = DateTimeTZField(null=True)

    class Meta:
        primary_key = peewee.CompositeKey("account", "id")


class Exclusion(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    id = BigIntegerField()
    kind = TextField()
    value = TextField(default="")
    created_at = DateTimeTZField(constraints=[peewee.SQL("DEFAULT now()")])

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
    occurrence = IntegerField(default=0)
    digest = BigIntegerField()  # of all columns that distinguish reports: play_digest in the database
    collected = BooleanField(default=False)  # by a collector, whatever imports say
    superseded_by = BigIntegerField(null=True)
    excluded_by = BigIntegerField(null=True)
    reason_start = TextField(null=True)
    reason_end = TextField(null=True)
    shuffle = BooleanField(null=True)
    skipped = BooleanField(null=True)
    offline = BooleanField(null=True)
    incognito = BooleanField(null=True)
    platform = TextField(null=True)
    country = TextField(null=True)
    context_uri = TextField(null=True)
    heard_at = DateTimeTZField(null=True)  # when it ended, if that differs from when it was reported
    ended_at = DateTimeTZField()  # computed by the database, like `place`, which orders plays of one moment
    place = BigIntegerField()

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


class LiveWatch(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE", primary_key=True)
    watched = BinaryJSONField(default=dict)
    shown_at = DateTimeTZField(null=True)
    next_at = DateTimeTZField(constraints=[peewee.SQL("DEFAULT now()")])
    decided_at = DateTimeTZField(constraints=[peewee.SQL("DEFAULT '-infinity'")])
    problem = TextField(default="")


class CollectionSchedule(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE", primary_key=True)
    due_at = DateTimeTZField(constraints=[peewee.SQL("DEFAULT now()")])
    decided_at = DateTimeTZField(constraints=[peewee.SQL("DEFAULT '-infinity'")])
    claim = UUIDField(null=True)
    failures = IntegerField(default=0)


class CollectingPause(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    since = DateTimeTZField()
    until = DateTimeTZField(null=True)

    class Meta:
        primary_key = peewee.CompositeKey("account", "since")


class AnnouncedTrack(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE", primary_key=True)
    source = TextField()
    name = TextField()
    artist_name = TextField()
    album_name = TextField(null=True)
    uri = TextField(null=True)
    duration_ms = IntegerField(null=True)
    announced_at = DateTimeTZField()
    until = DateTimeTZField()
