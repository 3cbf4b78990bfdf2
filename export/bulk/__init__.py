"""The plays of all listeners who agreed to help each other, as Parquet for tools that read all of them at once."""
