"""Sums of past periods, which speed up questions about long ones (db/sums.py)."""

import peewee
from peewee import BigIntegerField, BooleanField, DoubleField, IntegerField, TextField
from playhouse.postgres_ext import ArrayField, DateTimeTZField

from db.models.accounts import Account
from db.models.catalogue import Track
from db.models.tables import Table


class SummedPeriod(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    id = BigIntegerField()
    since = DateTimeTZField()
    until = DateTimeTZField()
    current = BooleanField(default=False)
    changes = IntegerField(default=0)
    plays = IntegerField(default=0)

    class Meta:
        primary_key = peewee.CompositeKey("account", "id")


class TrackInPeriod(Table):
    account = peewee.ForeignKeyField(Account)
    period_id = BigIntegerField()
    track = peewee.ForeignKeyField(Track)
    plays = IntegerField()
    ms = BigIntegerField()
    first_played_at = DateTimeTZField(null=True)
    last_played_at = DateTimeTZField(null=True)
    told = IntegerField()
    skipped = IntegerField()
    longest = IntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "period_id", "track")


class PlaysInPeriod(Table):
    account = peewee.ForeignKeyField(Account)
    period_id = BigIntegerField()
    track = peewee.ForeignKeyField(Track)
    ids = ArrayField(BigIntegerField)
    played_at = ArrayField(DateTimeTZField)
    ms = ArrayField(IntegerField)
    places = ArrayField(BigIntegerField)

    class Meta:
        primary_key = peewee.CompositeKey("account", "period_id", "track")


class ReportInPeriod(Table):
    account = peewee.ForeignKeyField(Account)
    period_id = BigIntegerField()
    number = IntegerField()
    platform = TextField(null=True)
    country = TextField(null=True)
    reason_end = TextField(null=True)
    skipped = BooleanField(null=True)
    shuffle = BooleanField(null=True)
    offline = BooleanField(null=True)
    incognito = BooleanField(null=True)
    reports = IntegerField()
    plays = IntegerField()
    ms = BigIntegerField()
    first_played_at = DateTimeTZField(null=True)
    last_played_at = DateTimeTZField(null=True)

    class Meta:
        primary_key = peewee.CompositeKey("account", "period_id", "number")


class JoinedSum(Table):
    account = peewee.ForeignKeyField(Account, primary_key=True, on_delete="CASCADE")
    since = DateTimeTZField()
    until = DateTimeTZField()
    clock = TextField(null=True)
    current = BooleanField(default=True)
    sound = BigIntegerField(null=True)
    genres = BigIntegerField(null=True)


class TrackInJoinedSum(Table):
    account = peewee.ForeignKeyField(JoinedSum, on_delete="CASCADE")
    track = peewee.ForeignKeyField(Track)
    plays = IntegerField()
    ms = BigIntegerField()
    first_played_at = DateTimeTZField(null=True)
    last_played_at = DateTimeTZField(null=True)
    told = IntegerField()
    skipped = IntegerField()
    longest = IntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "track")


class DayInJoinedSum(Table):
    account = peewee.ForeignKeyField(JoinedSum, on_delete="CASCADE")
    day = peewee.DateField()
    plays = IntegerField()
    ms = BigIntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "day")


class HourInJoinedSum(Table):
    account = peewee.ForeignKeyField(JoinedSum, on_delete="CASCADE")
    hour = IntegerField()
    plays = IntegerField()
    ms = BigIntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "hour")


class SoundInJoinedSum(Table):
    account = peewee.ForeignKeyField(JoinedSum, on_delete="CASCADE")
    month = peewee.DateField(null=True)
    hour = IntegerField(null=True)
    all_plays = BigIntegerField()
    plays = ArrayField(DoubleField)
    ms = ArrayField(DoubleField)
    by_plays = ArrayField(DoubleField)
    by_ms = ArrayField(DoubleField)

    class Meta:
        primary_key = False


class GenreInJoinedSum(Table):
    account = peewee.ForeignKeyField(JoinedSum, on_delete="CASCADE")
    genre_id = BigIntegerField()
    months = ArrayField(peewee.DateField)
    month_plays = ArrayField(DoubleField)
    month_ms = ArrayField(DoubleField)
    hours = ArrayField(IntegerField)
    hour_plays = ArrayField(DoubleField)
    hour_ms = ArrayField(DoubleField)

    class Meta:
        primary_key = peewee.CompositeKey("account", "genre_id")


class SkipsInPeriod(Table):
    account = peewee.ForeignKeyField(Account)
    period_id = BigIntegerField()
    ms = ArrayField(IntegerField)

    class Meta:
        primary_key = peewee.CompositeKey("account", "period_id")


class SessionInPeriod(Table):
    account = peewee.ForeignKeyField(Account)
    period_id = BigIntegerField()
    number = IntegerField()
    first_began = DateTimeTZField()
    began = DateTimeTZField()
    ended = DateTimeTZField()
    plays = IntegerField()
    ms = BigIntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "period_id", "number")


class QuarterHour(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    at = DateTimeTZField()
    plays = IntegerField()
    ms = BigIntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "at")
