"""That something is settled, and where it is seen how."""

from handlers.errors import AlreadyDone
from handlers.messages.message import Button


class Settled(AlreadyDone):
    """What a form was opened for is settled: the form closes, and what was written in it is shown to be copied.

    `show`: leads to the case as it is now.
    """

    def __init__(self, text: str, show: Button | None = None) -> None:
        self.show = show
        super().__init__(text)
