"""Minutes (referater): written, sent out for comment, published and approved."""
