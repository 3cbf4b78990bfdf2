"""Drawings of numbers, which templates place as SVG, with positions in per cent, so that no text is ever scaled."""
