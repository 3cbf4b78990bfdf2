"""Each night's list, the listener's feedback and preferences, and cached answers of other services."""

from typing import Any

import peewee
from peewee import BigIntegerField, BooleanField, DateField, DoubleField, IntegerField, TextField
from playhouse.postgres_ext import BinaryJSONField, DateTimeTZField

from db.models.accounts import Account
from db.models.catalogue import Album, Artist, Track
from db.models.tables import Table

NOW: list[peewee.Node] = [peewee.SQL("DEFAULT now()")]


class RecommendationRun(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    list_name = TextField(default="daily")
    date = DateField()
    as_of = DateTimeTZField()
    time_zone = TextField()
    engine = IntegerField()
    status = TextField()
    created_at = DateTimeTZField(constraints=NOW)
    seed = TextField(default="")
    parameters: Any = BinaryJSONField(default=dict)
    providers: Any = BinaryJSONField(default=dict)
    revision = IntegerField(default=1)
    backfilled = BooleanField(default=False)

    class Meta:
        primary_key = peewee.CompositeKey("account", "list_name", "date")


class Recommendation(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    list_name = TextField(default="daily")
    date = DateField()
    rank = IntegerField()
    kind = TextField()
    track = peewee.ForeignKeyField(Track)
    score = DoubleField()
    reason = TextField()
    evidence: Any = BinaryJSONField()
    code = TextField(default="")
    providers: Any = BinaryJSONField(default=dict)
    exploring = BooleanField(default=False)
    song_key = TextField(default="")

    class Meta:
        primary_key = peewee.CompositeKey("account", "list_name", "date", "rank")


class RecommendationBaseline(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    list_name = TextField(default="daily")
    date = DateField()
    kind = TextField()
    rank = IntegerField()
    track = peewee.ForeignKeyField(Track)
    song_key = TextField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "list_name", "date", "kind", "rank")


class RecommendationFeedback(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    id = BigIntegerField()
    track = peewee.ForeignKeyField(Track, null=True)
    artist = peewee.ForeignKeyField(Artist, null=True)
    album = peewee.ForeignKeyField(Album, null=True)
    verb = TextField()
    until = DateTimeTZField(null=True)
    at = DateTimeTZField(constraints=NOW)

    class Meta:
        primary_key = peewee.CompositeKey("account", "id")


class RecommendationPreference(Table):
    account = peewee.ForeignKeyField(Account, primary_key=True, on_delete="CASCADE")
    adventurousness = DoubleField(null=True)
    house = BooleanField(default=False)
    listenbrainz_user = TextField(null=True)
    playlist = BooleanField(default=False)
    playlist_id = TextField(null=True)
    playlist_written: Any = BinaryJSONField(null=True)


class ProviderCache(Table):
    question = TextField()
    key = TextField()
    service = TextField()
    payload: Any = BinaryJSONField()
    fetched_at = DateTimeTZField(constraints=NOW)
    expires_at = DateTimeTZField()

    class Meta:
        primary_key = peewee.CompositeKey("question", "key", "service")


class AccountCache(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    question = TextField()
    key = TextField()
    service = TextField()
    payload: Any = BinaryJSONField()
    fetched_at = DateTimeTZField(constraints=NOW)
    expires_at = DateTimeTZField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "question", "key", "service")


class ServiceStanding(Table):
    service = TextField(primary_key=True)
    failures = IntegerField(default=0)
    blocked_until = DateTimeTZField(null=True)
    reason = TextField(default="")
    answered_at = DateTimeTZField(null=True)
    next_call_at = DateTimeTZField(null=True)
