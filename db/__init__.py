"""Connection, models, migrations, and every write."""
