"""Measurements: each script compares ratios inside one run, and exits with 1 where a target is missed."""
