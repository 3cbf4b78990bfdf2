"""Answers for programs, one module per endpoint."""
