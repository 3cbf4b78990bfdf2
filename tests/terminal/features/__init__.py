"""Commands of optional features."""
