"""Sums of years that are over, from which long questions are answered (db/sums.py)."""

import peewee
from peewee import BigIntegerField, BooleanField, IntegerField
from playhouse.postgres_ext import DateTimeTZField

from db.models.accounts import Account
from db.models.catalogue import Track
from db.models.tables import Table


class SummedYear(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    year = IntegerField()
    current = BooleanField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "year")


class YearOfTrack(Table):
    account = peewee.ForeignKeyField(Account)
    year = IntegerField()
    track = peewee.ForeignKeyField(Track)
    plays = IntegerField()
    ms = BigIntegerField()
    first_played_at = DateTimeTZField()
    last_played_at = DateTimeTZField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "year", "track")


class QuarterHour(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    at = DateTimeTZField()
    plays = IntegerField()
    ms = BigIntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "at")
