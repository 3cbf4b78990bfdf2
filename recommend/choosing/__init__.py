"""Turn candidates into a list, and measure the quality of lists."""
