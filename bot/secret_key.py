"""The key that signs links, where nobody has set one (see SECRET_KEY)."""

import os
import secrets
from pathlib import Path


def random_key() -> str:
    return secrets.token_urlsafe(48)


def kept_beside(database: Path) -> str:
    """The key in `secret.key` beside the database's file, made the first time; only its owner may read it.

    Raises:
        OSError: the folder or the file may not be used; the error names it.
    """
    path = database.parent / "secret.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Under another name first, so that a process that is killed leaves a whole key or none.
        fresh = path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(random_key())
        fresh.replace(path)
    return path.read_text(encoding="ascii").strip()
