"""E-mail, for those who are on no chat: a link to the page of the case, and nothing of the case itself."""
