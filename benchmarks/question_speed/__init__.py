"""Measure the speed of questions: the instance, its load, and hand-written SQL as reference."""
