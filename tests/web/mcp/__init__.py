"""Tests of MCP with the SDK's own client."""
