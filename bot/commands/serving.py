"""`bot run`, `bot web`, `bot worker`: processes that go on until they are stopped."""

import asyncio
import contextlib
import gc
import signal
import sys

from pydantic import SecretStr

from bot.app import assemble, serving, surfaces
from bot.commands.database import check, migrate
from bot.commands.trouble import stop
from bot.listening import CannotListen, bound
from bot.secret_key import kept_beside, random_key
from config.settings import Settings, is_loopback
from handlers.writing.language import _
from storage.database import sqlite_file


async def run(settings: Settings, port: int | None, *, yes: bool) -> None:
    """Everything in one process. `port` None: the one of the settings. `yes`: see `bot.commands.load`."""
    if port is not None:
        settings.port = port
    if settings.local_chat is None:
        settings.local_chat = True
    if settings.local_chat and settings.local_chat_port is None and not is_loopback(settings.host):
        # Others can reach PORT then, and the local page has no login.
        settings.local_chat_port = settings.port + 1
    await _serve(settings, prepare=True, worker=True, yes=yes)


async def web(settings: Settings) -> None:
    """The surfaces only."""
    if settings.local_chat and settings.local_chat_port is None:
        settings.local_chat_port = settings.port + 1
    await _serve(settings, prepare=False, worker=False)


async def work(settings: Settings) -> None:
    """Reminders and deliveries only."""
    await check(settings)
    async with assemble(settings, with_answers=False):
        await _until_stopped(_("Sender påminnelser og meldinger."))


async def _serve(settings: Settings, *, prepare: bool, worker: bool, yes: bool = False) -> None:
    try:
        # First of all: whoever cannot listen changes nothing.
        with bound(settings) as ports:
            # Port 0 is any that is free.
            settings.port = ports.number
            if prepare:
                await migrate(settings)
            await check(settings)
            if prepare:
                from bot.commands.load import load_at_start  # noqa: PLC0415 - the other processes load no file

                await load_at_start(settings, yes=yes)
                _give_key(settings)
            async with (
                assemble(settings, with_worker=worker) as parts,
                serving(settings, parts, ports) as address,
            ):
                on = [name for name, is_on in surfaces(settings).items() if is_on]
                if not on:
                    print(
                        _("Ingen kan nå boten her: sett det som slår på Slack, Teams eller e-post, og start igjen."),
                        file=sys.stderr,
                    )
                names = ", ".join(on) or "–"
                await _until_stopped(_("Klar på {address} ({surfaces})").format(address=address, surfaces=names))
    except CannotListen as error:
        if error.unknown:
            stop(
                _("Kan ikke lytte: {error}. Rett HOST: en adresse denne maskinen har, som 127.0.0.1.").format(
                    error=error
                )
            )
        stop(_("Kan ikke lytte: {error}. Velg en annen port, for eksempel PORT=8090.").format(error=error))


def _give_key(settings: Settings) -> None:
    """Without SECRET_KEY, the links of `bot run` are signed with a key that is made once and kept beside the database;
    on PostgreSQL, where there is no such place, with one that lasts as long as this process."""
    if settings.secret_key is not None:
        return
    file = sqlite_file(settings.database_url)
    settings.secret_key = SecretStr(kept_beside(file) if file is not None else random_key())


async def _until_stopped(ready: str) -> None:
    """Say that it is `ready`, and wait for a signal; one that comes at once is not missed."""
    _settle()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    print(ready, flush=True)
    await stopped.wait()


def _settle() -> None:
    """Look for garbage again (see `bot.__main__`), but never in what starting made.

    Nor once now: that takes a tenth as long as the whole start, and finds half a megabyte.
    """
    gc.freeze()
    gc.enable()
