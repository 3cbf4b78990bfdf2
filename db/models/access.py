"""Access: browser sessions, API tokens, share links and invitations; and the notices sent to accounts."""

import peewee
from peewee import BigIntegerField, BlobField, BooleanField, TextField
from playhouse.postgres_ext import ArrayField, DateTimeTZField

from db.models.accounts import Account
from db.models.tables import Table

NOW: list[peewee.Node] = [peewee.SQL("DEFAULT now()")]


class FormerUsername(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    username = TextField()
    until = DateTimeTZField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "username")


class WebSession(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    token_hash = BlobField()
    created_at = DateTimeTZField(constraints=NOW)
    last_used_at = DateTimeTZField(constraints=NOW)
    expires_at = DateTimeTZField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "token_hash")


class ApiToken(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    id = BigIntegerField()
    name = TextField()
    token_hash = BlobField()
    scopes = ArrayField(TextField)
    questions = ArrayField(TextField, null=True)
    created_at = DateTimeTZField(constraints=NOW)
    expires_at = DateTimeTZField(null=True)
    revoked_at = DateTimeTZField(null=True)
    last_used_at = DateTimeTZField(null=True)

    class Meta:
        primary_key = peewee.CompositeKey("account", "id")


class ShareLink(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    id = BigIntegerField()
    token_hash = BlobField()
    question = TextField(null=True)
    period = TextField(null=True)
    redacted = BooleanField()
    created_at = DateTimeTZField(constraints=NOW)
    expires_at = DateTimeTZField()
    revoked_at = DateTimeTZField(null=True)
    last_used_at = DateTimeTZField(null=True)

    class Meta:
        primary_key = peewee.CompositeKey("account", "id")


class Invitation(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    token_hash = BlobField()
    purpose = TextField(default="connect")
    created_at = DateTimeTZField(constraints=NOW)
    expires_at = DateTimeTZField()
    used_at = DateTimeTZField(null=True)

    class Meta:
        primary_key = peewee.CompositeKey("account", "token_hash")


class Notice(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    kind = TextField()
    about = DateTimeTZField()
    channel = TextField()
    sent_at = DateTimeTZField(constraints=NOW)

    class Meta:
        primary_key = peewee.CompositeKey("account", "kind", "about", "channel")


class ReportReader(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE", primary_key=True)
    role = TextField()
    created_at = DateTimeTZField(constraints=NOW)
