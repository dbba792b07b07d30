"""Settings from the environment, the partnership file, and translations. Read by `bot`, handed to the rest."""
