"""Processes and platforms: the only place that knows Slack, Teams and HTTP."""
