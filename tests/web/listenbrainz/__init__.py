"""Tests of the addresses that ListenBrainz clients use."""
