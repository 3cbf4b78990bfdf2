"""Answers for programs, one endpoint a module."""
