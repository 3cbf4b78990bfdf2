"""The last version of this program that used the database."""

from peewee import BooleanField, TextField

from db.models.tables import Table


class LastVersion(Table):
    """A table with a single row."""

    one = BooleanField(primary_key=True, default=True)
    version = TextField()
