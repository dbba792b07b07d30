"""A committee's channel on Slack or Teams: one thread for each of its meetings, with its agenda, what changes, and what
its minutes decide."""
