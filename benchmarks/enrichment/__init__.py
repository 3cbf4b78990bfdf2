"""Parts of benchmarks/enrich.py: services made to measured coverage, and listeners made from histories."""
