"""Every way a play gets in."""
