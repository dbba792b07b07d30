"""The bot's own token: fetched once, kept for its time, fetched anew when it was refused."""

import asyncio
import base64
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

from bot.messenger import Misconfigured, TryLater
from bot.teams.credentials import Secret
from bot.teams.registrations import tokens_of
from bot.teams.tokens import MsalTokens, NoTokens
from config.teams_apps import TeamsApp
from tests.clock import FixedClock
from tests.teams.entra import HOST, Entra
from tests.teams.standin import APP_ID


@pytest.fixture
def entra() -> Entra:
    return Entra()


def tokens(entra: Entra, clock: FixedClock, tenant: str = "tenant") -> MsalTokens:
    return MsalTokens("app-id", Secret("password"), tenant, clock, http_client=entra)


async def test_a_token_is_fetched_once_however_many_want_it(entra: Entra, clock: FixedClock) -> None:
    source = tokens(entra, clock)
    assert await asyncio.gather(*(source.get() for _i in range(8))) == ["token-1"] * 8
    ((url, data),) = entra.asked
    assert url == f"{HOST}tenant/oauth2/v2.0/token"
    assert data["grant_type"] == "client_credentials"
    assert data["scope"] == "https://api.botframework.com/.default"


async def test_a_token_is_replaced_before_it_runs_out(entra: Entra, clock: FixedClock) -> None:
    source = tokens(entra, clock)
    assert await source.get() == "token-1"
    clock.forward(timedelta(minutes=54))
    assert await source.get() == "token-1"
    clock.forward(timedelta(minutes=2))
    source.forget()
    assert await source.get() == "token-2"


async def test_a_refused_token_is_not_given_again(entra: Entra, clock: FixedClock) -> None:
    source = tokens(entra, clock)
    assert await source.get() == "token-1"
    source.forget()
    assert await source.get() == "token-2"


async def test_wrong_credentials_are_a_matter_for_whoever_runs_the_bot(entra: Entra, clock: FixedClock) -> None:
    entra.status, entra.error = 401, "invalid_client"
    with pytest.raises(Misconfigured, match="invalid_client") as caught:
        await tokens(entra, clock).get()
    assert "app-id" not in str(caught.value)


async def test_a_tenant_that_does_not_exist_is_named(entra: Entra, clock: FixedClock) -> None:
    with pytest.raises(Misconfigured, match="nowhere"):
        await tokens(entra, clock, "nowhere").get()


async def test_an_identity_service_that_is_away_is_tried_later(entra: Entra, clock: FixedClock) -> None:
    source = tokens(entra, clock)
    entra.away = True
    with pytest.raises(TryLater):
        await source.get()
    entra.away = False
    entra.status, entra.error = 503, ""
    with pytest.raises(TryLater):
        await source.get()
    entra.status = 200
    # MSAL itself does not ask again within a minute.
    source.forget()
    assert await source.get() is not None


async def test_a_local_client_asks_for_none() -> None:
    source = NoTokens()
    source.forget()
    assert await source.get() is None


async def test_entra_s_own_code_is_said_too(entra: Entra, clock: FixedClock) -> None:
    entra.status, entra.error, entra.codes = 401, "invalid_client", [7000222]
    with pytest.raises(Misconfigured, match=r"in the tenant tenant: invalid_client AADSTS7000222$"):
        await tokens(entra, clock).get()


# --- other ways of showing who an app is -------------------------------------------------------------------

APP = {"app_id": APP_ID, "tenant_id": "AAAAAAAA-2222-3333-4444-555555555555"}
TENANT = APP["tenant_id"].lower()
IDENTITY = "77777777-2222-3333-4444-555555555555"


def source_of(entra: Entra, clock: FixedClock, **way: Any) -> MsalTokens:
    return tokens_of(TeamsApp(**APP, **way), clock, http_client=entra)


def asserted(entra: Entra) -> str:
    """What was shown in the place of a secret, in the last call."""
    url, data = entra.asked[-1]
    assert url == f"{HOST}{TENANT}/oauth2/v2.0/token"
    assert data["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert data["scope"] == "https://api.botframework.com/.default"
    assert "client_secret" not in data
    told = data["client_assertion"]
    return told.decode() if isinstance(told, bytes) else told


def read(certificate: Path) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key = load_pem_private_key(certificate.read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key, x509.load_pem_x509_certificate(certificate.read_bytes())


def spoil(file: Path, certificate: Path, how: str) -> None:
    """Write what is no key with its certificate."""
    whole = certificate.read_bytes()
    match how:
        case "empty":
            file.write_bytes(b"")
        case "nonsense":
            file.write_bytes(b"-----BEGIN nonsense")
        case "the key alone":
            file.write_bytes(whole[: whole.index(b"-----BEGIN CERTIFICATE")])
        case "locked":
            lock = BestAvailableEncryption(b"example-passphrase")
            locked = read(certificate)[0].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
            file.write_bytes(locked + whole[whole.index(b"-----BEGIN CERTIFICATE") :])


@pytest.mark.parametrize("passphrase", [None, "example-passphrase"])
@pytest.mark.parametrize("name", ["key.pem", "key.pfx"])
async def test_a_certificate_signs_for_the_app(
    entra: Entra, clock: FixedClock, certificate: Path, tmp_path: Path, name: str, passphrase: str | None
) -> None:
    key, public = read(certificate)
    lock = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    file = tmp_path / name
    if name.endswith(".pfx"):
        file.write_bytes(pkcs12.serialize_key_and_certificates(b"app", key, public, None, lock))
    else:
        # In either order.
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
        file.write_bytes(public.public_bytes(Encoding.PEM) + private)
    source = source_of(entra, clock, certificate=file, passphrase=passphrase)
    assert await source.get() == "token-1"
    shown = asserted(entra)
    claims = jwt.decode(
        shown, key.public_key(), algorithms=["PS256"], audience=f"{HOST}{TENANT}/oauth2/v2.0/token", issuer=APP_ID
    )
    assert claims["sub"] == APP_ID
    fingerprint = base64.urlsafe_b64encode(public.fingerprint(hashes.SHA256())).rstrip(b"=").decode()
    assert jwt.get_unverified_header(shown)["x5t#S256"].rstrip("=") == fingerprint
    # The key itself goes nowhere.
    assert "PRIVATE" not in str(entra.asked)


async def test_what_the_identity_service_says_is_not_about_the_certificate(
    entra: Entra, clock: FixedClock, certificate: Path
) -> None:
    source = source_of(entra, clock, certificate=certificate)
    entra.away = True
    with pytest.raises(TryLater, match="no token for Teams"):
        await source.get()
    entra.away = False
    assert await source.get()
    nowhere = TeamsApp(app_id=APP_ID, tenant_id="nowhere", certificate=certificate)
    with pytest.raises(Misconfigured, match="is the tenant nowhere right"):
        await tokens_of(nowhere, clock, http_client=entra).get()


async def test_a_certificate_that_was_renewed_is_read_again(entra: Entra, clock: FixedClock, certificate: Path) -> None:
    entra.status, entra.error, entra.codes = 401, "invalid_client", [700027]
    source = source_of(entra, clock, certificate=certificate)
    with pytest.raises(Misconfigured, match="AADSTS700027"):
        await source.get()
    entra.status = 200
    os.utime(certificate, ns=(0, 1))
    assert await source.get() == "token-2"


@pytest.mark.parametrize(
    ("content", "passphrase"),
    [
        (None, None),
        (b"", None),
        (b"-----BEGIN nonsense", None),
        ("the key alone", None),
        ("locked", None),
        ("locked", "x"),
    ],
)
async def test_a_certificate_that_is_none_is_a_matter_for_whoever_runs_the_bot(
    entra: Entra, clock: FixedClock, tmp_path: Path, certificate: Path, content: str, passphrase: str | None
) -> None:
    file = tmp_path / "key.pem"
    spoil(file, certificate, content)
    with pytest.raises(Misconfigured, match="certificate") as caught:
        await source_of(entra, clock, certificate=file, passphrase=passphrase).get()
    assert caught.value.__cause__ is None
    assert entra.asked == []


async def test_a_token_in_a_file_is_read_each_time_it_is_shown(entra: Entra, clock: FixedClock, tmp_path: Path) -> None:
    file = tmp_path / "token"
    source = source_of(entra, clock, token_file=file)
    with pytest.raises(Misconfigured, match="token file"):
        await source.get()
    file.write_text("of-the-morning\n")
    assert await source.get() == "token-1"
    assert asserted(entra) == "of-the-morning"
    file.write_text("of-the-evening\n")
    clock.forward(timedelta(hours=1))
    source.forget()
    assert await source.get() == "token-2"
    assert asserted(entra) == "of-the-evening"


@pytest.mark.parametrize("identity", ["system", IDENTITY])
async def test_an_app_trusts_an_identity_of_the_machine(entra: Entra, clock: FixedClock, identity: str) -> None:
    entra.of_the_machine[identity] = "a token"
    assert await source_of(entra, clock, managed_identity=identity).get() == "token-1"
    assert asserted(entra) == "a token for api://AzureADTokenExchange"


async def test_the_bot_may_be_an_identity_of_the_machine(entra: Entra, clock: FixedClock) -> None:
    entra.of_the_machine[APP_ID] = "its token"
    assert await source_of(entra, clock, managed_identity=APP_ID).get() == "its token for https://api.botframework.com"
    assert entra.asked == []


@pytest.mark.parametrize("identity", [IDENTITY, APP_ID])
async def test_an_identity_that_the_machine_does_not_have(entra: Entra, clock: FixedClock, identity: str) -> None:
    with pytest.raises(Misconfigured, match="invalid_request"):
        await source_of(entra, clock, managed_identity=identity).get()
    entra.away = True
    with pytest.raises(TryLater):
        await source_of(entra, clock, managed_identity=identity).get()
