"""What somebody finds at home: what waits for them, what is theirs, and how they begin: `hjem`, and a tab on Slack."""
