"""Answer questions about listening over HTTP."""
