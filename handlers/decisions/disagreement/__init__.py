"""Disagreements (uenighet): the protocol of what a case ended in, and the way on from there."""
