"""Old papers (gamle papirer), read in: minutes, convocations and plans of meetings from before the bot."""
