"""Questions about listening, one file per question."""
