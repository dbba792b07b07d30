"""Measurements: each script compares ratios inside one run, and exits with 1 where a target is missed.

`bench.against` compares with another revision instead, and has no targets of its own.
"""
