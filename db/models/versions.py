"""What this program notes about itself."""

from peewee import BooleanField, TextField

from db.models.tables import Table


class LastVersion(Table):
    """One row."""

    one = BooleanField(primary_key=True, default=True)
    version = TextField()
