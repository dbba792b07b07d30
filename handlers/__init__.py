"""What the bot does, without knowing any platform."""
