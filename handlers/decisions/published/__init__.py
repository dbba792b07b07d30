"""The year's decisions of a committee as one document, and the list of all cases handled that it may publish."""
