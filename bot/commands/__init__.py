"""What the words after `python -m bot` do, but for those that run the program itself."""
