"""Each night's list."""

from typing import Any

import peewee
from peewee import DateField, DoubleField, IntegerField, TextField
from playhouse.postgres_ext import BinaryJSONField, DateTimeTZField

from db.models.accounts import Account
from db.models.catalogue import Track
from db.models.tables import Table


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
