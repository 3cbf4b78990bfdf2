"""State that the processes of the web server share."""

from typing import Any

import peewee
from peewee import BlobField, TextField
from playhouse.postgres_ext import ArrayField, BinaryJSONField, DateTimeTZField

from db.models.accounts import Account
from db.models.tables import Table


class Attempt(Table):
    key = BlobField(primary_key=True)
    times = ArrayField(DateTimeTZField)


class FirstCollection(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE", primary_key=True)
    sentence = TextField()
    message = TextField(null=True)
    begun_at = DateTimeTZField(constraints=[peewee.SQL("DEFAULT now()")])


class AccountHits(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE", primary_key=True)
    counted_until = DateTimeTZField()
    tallies: Any = BinaryJSONField()
