"""Repeatable measurements, each compared with a limit measured in the same run."""
