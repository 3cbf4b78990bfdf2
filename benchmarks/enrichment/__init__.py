"""Parts of benchmarks/enrich.py: services with measured coverage, and listeners from histories."""
