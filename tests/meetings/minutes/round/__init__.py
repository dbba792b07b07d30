"""What becomes of minutes once they are written."""
