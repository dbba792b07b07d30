"""How a line of notes is marked that says something which the record of its case does not."""

from storage.types import JsonObject

NOT_FOUND = "[ikke funnet i saken]"
"""It is stored with the text, so it is not translated."""


def marked(line: JsonObject) -> str:
    """A stored line, with its mark."""
    return str(line["text"]) if line["found"] else f"{line['text']} {NOT_FOUND}"
