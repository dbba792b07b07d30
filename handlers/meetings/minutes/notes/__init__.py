"""Notes of another tool (a meeting assistant's): a draft per case, of which nothing is confirmed by itself."""
