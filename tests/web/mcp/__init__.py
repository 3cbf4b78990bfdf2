"""MCP, as clients use it."""
