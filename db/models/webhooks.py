"""Webhooks and their deliveries."""

import peewee
from peewee import BigIntegerField, IntegerField, TextField, UUIDField
from playhouse.postgres_ext import ArrayField, DateTimeTZField

from db.models.accounts import Account
from db.models.tables import Table

NOW: list[peewee.Node] = [peewee.SQL("DEFAULT now()")]


class Webhook(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    id = BigIntegerField()
    address = TextField()
    events = ArrayField(TextField)
    secret = TextField()
    created_at = DateTimeTZField(constraints=NOW)
    paused_at = DateTimeTZField(null=True)

    class Meta:
        primary_key = peewee.CompositeKey("account", "id")


class WebhookDelivery(Table):
    account = peewee.ForeignKeyField(Account)
    webhook_id = BigIntegerField()
    id = BigIntegerField()
    event_id = UUIDField()
    event = TextField()
    body = TextField()
    created_at = DateTimeTZField(constraints=NOW)
    attempts = IntegerField(default=0)
    attempted_at = DateTimeTZField(null=True)
    next_at = DateTimeTZField(null=True, constraints=NOW)
    decided_at = DateTimeTZField(constraints=NOW)
    delivered_at = DateTimeTZField(null=True)
    status = IntegerField(null=True)
    problem = TextField(default="")

    class Meta:
        primary_key = peewee.CompositeKey("account", "id")
