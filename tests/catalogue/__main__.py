"""`make dialogs`: writes the page, and says where."""

import asyncio
import sys
import tempfile
from pathlib import Path

from config.translations import catalogs
from handlers.writing import language
from tests.catalogue.page import page, seen


async def _drawn() -> str:
    language.install(catalogs())
    with tempfile.TemporaryDirectory() as folder:
        ways = {spoken: await seen(Path(folder), spoken) for spoken in language.LANGUAGES}
    known = next(iter(ways.values()))[0]
    return page(known, {spoken: found for spoken, (_known, found) in ways.items()})


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(asyncio.run(_drawn()), encoding="utf-8")
    print(target)
