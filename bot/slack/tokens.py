"""The token that every call to Slack carries."""

from typing import Protocol


class Tokens(Protocol):
    """Where the token of one workspace comes from."""

    async def get(self) -> str:
        """The token, good for now.

        Raises:
            SendError: there is none to be had.
        """

    async def refused(self, token: str, error: str) -> bool:
        """Slack does not take this token any more, and says why (`error`). Whether there is another now, so that the
        call, which has had no effect, can be made once more."""


class FixedToken:
    """A token that stands in the settings, and never changes."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def get(self) -> str:
        return self._token

    async def refused(self, token: str, error: str) -> bool:
        return token != self._token
