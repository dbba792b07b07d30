"""Several Slack workspaces: letting the app into them, and the tokens by which each is spoken to."""
