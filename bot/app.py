"""The composition root: settings → database → surfaces → the aiohttp application. Nothing else puts parts together."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from email.utils import parseaddr
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web

from bot.background import BackgroundTasks
from bot.delivering.channels import Channels
from bot.delivering.uploads import Uploads
from bot.drawing import Drawing
from bot.limits import Limits
from bot.listening import Ports, answering, application, bound
from bot.messenger import MAIL, Messenger
from bot.outgoing import client
from bot.secret_key import random_key
from config.customary_days import customary_days
from config.school_holidays import school_holidays as school_holidays_list
from config.settings import Settings, is_loopback
from config.translations import catalogs
from handlers.bot import Bot
from handlers.calendar import customary, school_holidays
from handlers.calendar.clock import Clock, SystemClock
from handlers.capabilities import checked
from handlers.people.links import Links
from handlers.writing import language
from handlers.writing.language import _
from storage.database import Database

if TYPE_CHECKING:
    from bot.mail.inbox import Inbox
    from bot.slack.app import SlackSurface
    from bot.slack.home import Homes
    from bot.slack.socket_mode import SocketMode
    from bot.slack.workspaces import Workspaces
    from bot.web.app import LocalChat
    from bot.worker import Worker

_CLIENT_TIMEOUT = aiohttp.ClientTimeout(total=8.0, connect=3.0)
"""For calls to the platforms, in seconds: shorter than a delivery's lease and a Teams turn."""


_TAKE_FILES = ("slack", "teams")


@dataclass
class Parts:
    """What `assemble` made: the public routes, the local page, and a worker over all messengers. `linked`: what
    signed links open, wherever they lead."""

    bot: Bot
    public: web.Application
    linked: Sequence[web.RouteDef]
    local: "LocalChat | None"
    worker: "Worker | None"
    socket: "SocketMode | None" = None
    """To Slack. It is opened by `serving`, so that no process opens one that only sends."""


@asynccontextmanager
async def assemble(
    settings: Settings, *, with_worker: bool = True, with_answers: bool = True, clock: Clock | None = None
) -> AsyncIterator[Parts]:
    """Make the parts this process needs, and take them down in order.

    Surfaces switch themselves on when their settings are there. Teams is imported only then: it is large.
    `with_answers`: it also answers what comes in from Slack; what does that is large too.
    """
    language.install(catalogs())
    school_holidays.install(school_holidays_list)
    customary.install(customary_days)
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url)
        stack.push_async_callback(database.close)
        http = await stack.enter_async_context(client(_CLIENT_TIMEOUT))
        background = BackgroundTasks()
        stack.push_async_callback(background.drain)

        worker: Worker | None = None

        homes: Homes | None = None

        def changed() -> None:
            if worker is not None:
                worker.wake()
            if homes is not None:
                homes.wake()

        links = links_of(settings, clock)
        known = checked()
        surfaces_on = _channels(settings)
        # Where no browser reaches this server, files go into the conversations.
        uploaded = () if links.base else tuple(surface for surface in surfaces_on if surface in _TAKE_FILES)
        bot = Bot(database, known, clock, links=links, changed=changed, channels=surfaces_on, uploads=uploaded)
        drawing = Drawing()
        routes: list[web.RouteDef] = [web.get("/helse", _health)]
        messengers: dict[str, Messenger] = {}
        channels: dict[str, Channels] = {}
        local: LocalChat | None = None
        socket: SocketMode | None = None

        if settings.slack_on:
            from bot.slack.sending import Sending  # noqa: PLC0415 - only where it is on

            workspaces, installing = _slack_workspaces(
                settings, database, http, clock, background, changed, with_pages=with_answers
            )
            sending = Sending(bot, workspaces, clock)
            messengers["slack"], channels["slack"], homes = sending.messenger, sending.channels, sending.homes
            if with_answers:
                from bot.slack.app import SlackSurface  # noqa: PLC0415 - `bot worker` answers nobody

                secret = settings.slack_signing_secret
                slack = SlackSurface(
                    bot,
                    workspaces=workspaces,
                    signing_secret=secret.get_secret_value() if secret else None,
                    api_url=settings.slack_api_url,
                    http=http,
                    background=background,
                    clock=clock,
                    sending=sending,
                )
                routes += installing
                routes += slack.routes()
                socket = _socket(settings, http, slack, clock)
        if settings.teams_on:
            from bot.teams.app import TeamsSurface  # noqa: PLC0415 - only where it is on
            from bot.teams.registrations import apps_of  # noqa: PLC0415

            teams = TeamsSurface(
                bot,
                apps=apps_of(settings, http, clock),
                http=http,
                background=background,
                clock=clock,
                drawing=drawing,
            )
            routes += teams.routes()
            messengers["teams"] = teams.messenger
            channels["teams"] = teams.channels
        if settings.local_chat:
            from bot.web import app as local_chat  # noqa: PLC0415 - only where it is on

            alone = not messengers and not settings.mail_on
            local = local_chat.LocalChat(bot, database, clock=clock, alone=alone)
            messengers["local"] = local.messenger
        if settings.mail_on:
            messengers[MAIL] = _mail(settings, database, links, clock)
        linked: list[web.RouteDef] = []
        if links.base:
            from bot.web.feed import CalendarFeeds  # noqa: PLC0415 - only where there are links
            from bot.web.files import Files  # noqa: PLC0415
            from bot.web.page import CasePage  # noqa: PLC0415
            from handlers.subscriptions.reading import Feeds  # noqa: PLC0415

            feeds = CalendarFeeds(Feeds(database, clock).open)
            linked = [*Files(bot, drawing).routes(), *CasePage(bot).routes(), *feeds.routes()]
        if with_worker:
            from bot import worker as clockwork  # noqa: PLC0415 - `bot web` has none

            files = Uploads(bot, drawing, uploaded)
            worker = clockwork.Worker(
                database,
                messengers,
                clock,
                known.chores,
                channels=channels,
                links=links,
                subjects=known.subjects,
                unposted=known.unposted,
                files=files,
            )
            worker.start()
            stack.push_async_callback(worker.stop)
            if homes is not None:
                homes.start()
                stack.push_async_callback(homes.stop)
            if settings.imap_host:
                inbox = _inbox(settings, database, clock, changed)
                inbox.start()
                stack.push_async_callback(inbox.stop)

        public = application(limits_of(settings))
        public.add_routes([*routes, *linked])
        yield Parts(bot, public, linked, local, worker, socket)


def _socket(
    settings: Settings, http: aiohttp.ClientSession, slack: "SlackSurface", clock: Clock
) -> "SocketMode | None":
    if settings.slack_app_token is None:
        return None
    from bot.slack.api import SlackApi  # noqa: PLC0415 - only where it is on
    from bot.slack.socket_mode import SocketMode  # noqa: PLC0415
    from bot.slack.tokens import FixedToken  # noqa: PLC0415

    token = FixedToken(settings.slack_app_token.get_secret_value())
    return SocketMode(http, SlackApi(http, url=settings.slack_api_url, tokens=token, clock=clock), slack.answer)


def _channels(settings: Settings) -> Sequence[str]:
    """The surfaces that are on, in the order in which people know them."""
    on = {
        "slack": settings.slack_on,
        "teams": settings.teams_on,
        "local": settings.local_chat,
        MAIL: settings.mail_on,
    }
    return tuple(surface for surface, is_on in on.items() if is_on)


def _slack_workspaces(
    settings: Settings,
    database: Database,
    http: aiohttp.ClientSession,
    clock: Clock,
    background: BackgroundTasks,
    changed: Callable[[], None],
    *,
    with_pages: bool,
) -> tuple["Workspaces", Sequence[web.RouteDef]]:
    """Where the app is in Slack, and the pages that let it into more workspaces, where SLACK_CLIENT_ID is set and
    they are wanted."""
    from bot.slack.workspaces import OneWorkspace  # noqa: PLC0415 - only where it is on

    fixed = None
    if settings.slack_bot_token is not None:
        token = settings.slack_bot_token.get_secret_value()
        fixed = OneWorkspace.by_token(http, url=settings.slack_api_url, token=token, clock=clock)
    if settings.slack_client_id is None:
        assert fixed is not None  # noqa: S101 - checked by Settings
        return fixed, ()
    from bot.slack.installing.exchange import Exchange  # noqa: PLC0415
    from bot.slack.installing.seals import Seals  # noqa: PLC0415
    from bot.slack.installing.workspaces import InstalledWorkspaces  # noqa: PLC0415

    assert settings.slack_client_secret  # noqa: S101 - checked by Settings
    assert settings.public_url  # noqa: S101 - checked by Settings
    exchange = Exchange(
        http,
        url=settings.slack_api_url,
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        clock=clock,
    )
    seals = Seals([key.get_secret_value() for key in settings.secret_keys])
    workspaces = InstalledWorkspaces(
        database, exchange, seals, clock, fixed=fixed, changed=changed, background=background
    )
    if not with_pages:
        return workspaces, ()
    from bot.slack.installing.install import Installing  # noqa: PLC0415

    pages = Installing(
        database,
        exchange,
        seals,
        workspaces,
        clock,
        public_url=settings.public_url,
        api_url=settings.slack_api_url,
        changed=changed,
    )
    return workspaces, pages.routes()


def _mail(settings: Settings, database: Database, links: Links, clock: Clock) -> Messenger:
    from bot.mail.messenger import MailMessenger  # noqa: PLC0415 - only where it is on
    from bot.mail.server import Server, encryption_on  # noqa: PLC0415

    assert settings.smtp_host  # noqa: S101 - checked by Settings
    assert settings.mail_from  # noqa: S101 - checked by Settings
    server = Server(
        settings.smtp_host,
        settings.smtp_port,
        # Most senders have no public name of their own; their domain has.
        name=parseaddr(settings.mail_from)[1].rpartition("@")[2],
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
        encryption=encryption_on(settings.smtp_port, starttls=settings.smtp_starttls),
    )
    return MailMessenger(database, links, clock, server, settings.mail_from, settings.answers_to)


def _inbox(settings: Settings, database: Database, clock: Clock, changed: Callable[[], None]) -> "Inbox":
    from bot.mail.imap import Mailbox, encryption_on  # noqa: PLC0415 - only where it is on
    from bot.mail.inbox import Inbox  # noqa: PLC0415
    from handlers.meetings.invitations.taking import take  # noqa: PLC0415

    assert settings.imap_host  # noqa: S101 - checked by Settings
    assert settings.imap_user  # noqa: S101 - checked by Settings
    assert settings.imap_password  # noqa: S101 - checked by Settings
    mailbox = Mailbox(
        settings.imap_host,
        settings.imap_port,
        user=settings.imap_user,
        password=settings.imap_password.get_secret_value(),
        folder=settings.imap_folder,
        encryption=encryption_on(settings.imap_port),
    )
    return Inbox(database, clock, mailbox, take, trusted=settings.imap_trusted_server, changed=changed)


def links_of(settings: Settings, clock: Clock) -> Links:
    """Links to PUBLIC_URL; without it, to the local page's own address, where nobody is spoken to elsewhere."""
    elsewhere = settings.slack_on or bool(settings.all_teams_apps)
    base = settings.public_url or (_local_address(settings) if settings.local_chat and not elsewhere else "")
    key = settings.secret_key.get_secret_value() if settings.secret_key else ""
    return Links(base, key or ("" if base else _key_for_references(settings)), clock)


def _key_for_references(settings: Settings) -> str:
    """Signs what a platform hands back (`Links.reference`) where there are no links, and so no SECRET_KEY: the same in
    every process, and nothing that a secret of a platform can be found out from. Where no platform has a secret in the
    settings, one for as long as this process lasts."""
    apps = (app.secret for app in settings.all_teams_apps)
    slack = (settings.slack_signing_secret, settings.slack_bot_token, settings.slack_client_secret)
    secrets_of_platforms = (*slack, *apps)
    secret = next((each.get_secret_value() for each in secrets_of_platforms if each is not None), None)
    if secret is None:
        return random_key()
    return hmac.new(secret.encode(), b"references to files", hashlib.sha256).hexdigest()


async def _health(_request: web.Request) -> web.Response:
    """Answers as long as the process does; says nothing of anybody."""
    return web.json_response({"status": "ok"})


def surfaces(settings: Settings) -> Mapping[str, bool]:
    """Which surfaces are on, for the line printed at the start."""
    return {
        "Slack": settings.slack_on,
        "Teams": settings.teams_on,
        _("lokal side"): bool(settings.local_chat),
        _("e-post"): settings.mail_on,
    }


@asynccontextmanager
async def serving(settings: Settings, parts: Parts, ports: Ports | None = None) -> AsyncIterator[str]:
    """Answer what comes; the address of the local page, or of the public routes where it is off.

    The local page shares PORT only with `bot run` on loopback (LOCAL_CHAT_PORT not set); in production it has a port
    of its own, on loopback, which no proxy leads to.

    Args:
        ports: had already; without them they are had now.

    Raises:
        CannotListen: a port cannot be had.
    """
    public = parts.public
    async with AsyncExitStack() as stack:
        ports = ports or stack.enter_context(bound(settings))
        if parts.local is not None and not ports.local:
            _host(public, parts.local)
        await stack.enter_async_context(answering(public, ports.public))
        if parts.local is not None and ports.local:
            own = application(limits_of(settings))
            own.add_routes(parts.linked)
            _host(own, parts.local)
            await stack.enter_async_context(answering(own, ports.local))
        if parts.socket is not None:
            parts.socket.start()
            stack.push_async_callback(parts.socket.stop)
        yield _local_address(settings)


def limits_of(settings: Settings) -> Limits:
    return Limits(per_address=settings.connections_per_address)


def _local_address(settings: Settings) -> str:
    """Where somebody on this machine reaches the local page, or the public routes where it is off."""
    if settings.local_chat and settings.local_chat_port is not None:
        return f"http://127.0.0.1:{settings.local_chat_port}/"
    return f"http://{_shown(settings.host)}:{settings.port}/"


def _host(application: web.Application, local: "LocalChat") -> None:
    async def close(_application: web.Application) -> None:
        await local.close()

    application.add_routes(local.routes())
    # Open streams would keep the shutdown waiting.
    application.on_shutdown.append(close)


def _shown(host: str) -> str:
    return host if is_loopback(host) and host != "localhost" else "127.0.0.1"
