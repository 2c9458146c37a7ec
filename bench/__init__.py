"""Benchmarks, each a module to run: `python -m bench.images`."""
