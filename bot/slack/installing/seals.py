"""What is stored encrypted: with the first of SECRET_KEYS, read with any of them.

A key is changed in three steps: the new one is put first and every process started anew; `python -m bot rotate-keys`
encrypts anew what the old one has; the old one is taken out (README, «Connect Slack»).
"""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

_PURPOSE = b"what the bot keeps of Slack's tokens"
"""Another purpose makes another key of the same secret (RFC 5869, 3.2)."""


class LostKey(Exception):
    """It was encrypted with a key that is not among those that there are, or it was damaged."""


class Seals:
    """Encrypts and reads records. `keys`: any texts that nobody can guess, the newest first."""

    def __init__(self, keys: Sequence[str]) -> None:
        # 30 ms, so only where it is used, and at the start, when nobody waits.
        from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

        def fernet(key: str) -> Fernet:
            derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(key.encode())
            return Fernet(base64.urlsafe_b64encode(derived))

        self._newest = fernet(keys[0])
        self._all = MultiFernet([fernet(key) for key in keys])

    def seal(self, record: Mapping[str, Any]) -> str:
        return self._newest.encrypt(json.dumps(record).encode()).decode()

    def open(self, sealed: str) -> Mapping[str, Any]:
        """Raises `LostKey`."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415

        try:
            record: Mapping[str, Any] = json.loads(self._all.decrypt(sealed.encode()))
        except (InvalidToken, ValueError):
            raise LostKey from None
        return record

    def is_newest(self, sealed: str) -> bool:
        """Whether it was encrypted with the first key."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415

        try:
            self._newest.decrypt(sealed.encode())
        except (InvalidToken, ValueError):
            return False
        return True
