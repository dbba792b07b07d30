"""What is found in a template, and where."""

from typing import NamedTuple

from handlers.writing.template.places import Place


class Finding(NamedTuple):
    """Something that is not as it should be. `stops`: the template cannot be used before it is mended."""

    text: str
    place: Place | None = None
    stops: bool = True

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.place is not None else self.text


def remark(text: str, place: Place | None = None) -> Finding:
    """One that the template can be used with all the same."""
    return Finding(text, place, stops=False)
