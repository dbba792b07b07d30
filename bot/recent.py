"""What a process has done lately, for what does no harm when it is done again."""


class Recent:
    """The requests that this process has answered lately, for those whose repetition does no harm anyhow.

    Slack does not repeat slash commands; what stands in between may. A command only shows something or opens a form,
    and what is told of a link is told once, so keeping the few repeats off costs no database (docs/decisions/005).
    """

    def __init__(self, size: int = 5000) -> None:
        self._size = size
        self._keys: dict[str, None] = {}

    def first_time(self, key: str) -> bool:
        """Whether it is the first time; and remember it."""
        if key in self._keys:
            return False
        self._keys[key] = None
        if len(self._keys) > self._size:
            del self._keys[next(iter(self._keys))]
        return True
