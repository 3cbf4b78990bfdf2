"""Accounts, Spotify apps and Spotify's quotas."""

import peewee
from peewee import BigIntegerField, BooleanField, IntegerField, TextField
from playhouse.postgres_ext import ArrayField, DateTimeTZField

from db.models.tables import IdentityField, Table


class SpotifyApp(Table):
    id = IdentityField()
    client_id = TextField(unique=True)
    client_secret = TextField(null=True)  # encrypted
    developer = TextField()


class Account(Table):
    id = IdentityField()
    username = TextField(unique=True)
    spotify_account_id = TextField(null=True, unique=True)  # Spotify's `id` until it sends `account_id`
    display_name = TextField(null=True)
    refresh_token = TextField(null=True)  # encrypted, like the next column: db/engine/cipher.py
    access_token = TextField(null=True)
    access_token_expires_at = DateTimeTZField(null=True)
    scopes = TextField(default="")
    authorised_at = DateTimeTZField(null=True)
    reconnect_reason = TextField(null=True)  # why the listener must connect again; null if all is well
    visibility = TextField(default="private")
    library_shown = BooleanField(default=False)
    app = peewee.ForeignKeyField(SpotifyApp, null=True)  # null: the app in the settings
    disabled_at = DateTimeTZField(null=True)
    consent_ended_at = DateTimeTZField(null=True)
    deletion_began_at = DateTimeTZField(
        null=True
    )  # deletion resumes until the account is gone: db/account_changes/deletion.py
    library_rules = IntegerField(default=1)  # the version that computed its library last: db/library/contents.py
    matching_rules = IntegerField(default=2)  # the version that settled its reports last: db/plays/matching_rules.py
    created_at = DateTimeTZField(constraints=[peewee.SQL("DEFAULT now()")])
    spotify_id = TextField(null=True, unique=True)  # may change, unlike `spotify_account_id`
    former_spotify_ids = ArrayField(TextField, default=list)
    consent_refused_at = DateTimeTZField(null=True)  # the latest refusal; consent_ended_at is the first
    deletion_put_off_to = DateTimeTZField(null=True)
    language = TextField(null=True)  # of the pages, such as de; null: as the browser wants
    scan_mode = TextField(default="recent")
    open_gaps = IntegerField(null=True)  # as counted last: db/plays/open_gaps.py


class AccountVersion(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE", primary_key=True)
    data_version = BigIntegerField(default=1)
    rules_due = BooleanField(default=False)


class AccountTimeZone(Table):
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    since = DateTimeTZField()
    time_zone = TextField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "since")


class Quota(Table):
    developer = TextField()
    endpoint_group = TextField()
    blocked_until = DateTimeTZField()
    reason = TextField()
    decided_at = DateTimeTZField(constraints=[peewee.SQL("DEFAULT '-infinity'")])

    class Meta:
        primary_key = peewee.CompositeKey("developer", "endpoint_group")


class QuotaHour(Table):
    developer = TextField()
    endpoint_group = TextField()
    hour = DateTimeTZField()
    calls = IntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("developer", "endpoint_group", "hour")
