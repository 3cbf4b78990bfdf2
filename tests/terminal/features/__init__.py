"""Tests of the commands of optional features."""
