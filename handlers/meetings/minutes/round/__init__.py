"""What becomes of minutes once they are written: comments, publishing, approval, corrections."""
