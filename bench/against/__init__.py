"""`python -m bench.against REV`: this build beside the one at REV, both in turn, so that every figure is a ratio.

`builds` makes the other build, `seed` fills like databases for both, `rows` measures, `inside` is what runs within a
build, `table` writes what was found.
"""
