"""The Model Context Protocol (MCP): statistics as tools of language models."""
