"""The base class of every model, bound to the database."""

import peewee

from db.engine.connection import database


class Table(peewee.Model):
    class Meta:
        database = database
        legacy_table_names = False


class IdentityField(peewee.BigAutoField):
    """A bigint that PostgreSQL numbers itself."""
