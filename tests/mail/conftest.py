"""A mail server to send to, with a certificate of this machine's own."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bot.mail.server import Server
from tests.listening import write_certificate
from tests.mail.standin import MailServer, running


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1, in one file."""
    file = tmp_path_factory.mktemp("tls") / "machine.pem"
    return write_certificate(file, ec.generate_private_key(ec.SECP256R1()))


@pytest.fixture
def serving(certificate: Path) -> ssl.SSLContext:
    """What the stand-in shows who it is with."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate: Path) -> ssl.SSLContext:
    """What believes it."""
    return ssl.create_default_context(cafile=str(certificate))


@pytest.fixture
async def post_office(serving: ssl.SSLContext) -> AsyncIterator[MailServer]:
    """A server that offers STARTTLS, and takes everything."""
    async with running(serving) as standin:
        yield standin


def reached(standin: MailServer, trusted: ssl.SSLContext | None, **values: Any) -> Server:
    """The stand-in as the bot reaches it."""
    return Server("127.0.0.1", standin.port, name="example.org", trusted=trusted, **values)
