"""Where recommendations come from: each provider is one function of a Context, listed here."""
