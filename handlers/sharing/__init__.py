"""One thing as a card for others: what everybody who reads a conversation may see of it."""
