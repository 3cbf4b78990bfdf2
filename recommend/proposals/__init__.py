"""Code that providers share: payloads, seeds and similarity."""
