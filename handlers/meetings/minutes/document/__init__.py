"""The minutes as a Word document, whole and as the public may read them."""
