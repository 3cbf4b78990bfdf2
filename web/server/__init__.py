"""Connections, threads, processes and middleware."""
