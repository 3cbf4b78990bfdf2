"""What other services know about music: the queue of lookups, their answers, and the tables that statistics join."""
