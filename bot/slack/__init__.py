"""Slack: requests come in at `app`, are drawn by `blocks` and `views`, and messages go out through `messenger`."""
