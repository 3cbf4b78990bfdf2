"""Tell webhooks what happened: sign, send within limits, and try again."""
