"""The documents of meetings that one room makes and another offers, by name: a room does not import the one after it.

The names stand in links that were sent, so they never change.
"""

MINUTES, PUBLIC_MINUTES = "referat", "referat-offentlig"
"""The minutes, whole, and as the public may read them."""
