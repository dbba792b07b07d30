"""Pages in a browser. The local chat page is for trying everything out without an account anywhere."""
