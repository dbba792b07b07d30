"""Evaluating a meeting (evaluering): a few questions to those who were there, answered without a name."""
