"""What providers share: payloads, seeds and likeness."""
