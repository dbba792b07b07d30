"""How an app shows the identity service who it is (Entra: «Application credentials»), in the ways that MSAL knows.

MSAL blocks, so everything here runs in a thread. It is large: it is imported where it is used.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from bot.messenger import Misconfigured
from config.teams_apps import SYSTEM, TeamsApp

Answer = dict[str, Any]
"""What the identity service said: OAuth's `access_token` and `expires_in`, or `error`."""

BOT_FRAMEWORK = "https://api.botframework.com"
_TRUSTED = "api://AzureADTokenExchange"
"""What a managed identity's token is for that an app trusts by a federated credential."""
_SECONDS = 4.0


class Credential(Protocol):
    """One app's."""

    def asker(self, app_id: str, authority: str, http_client: Any) -> Callable[[], Answer]:
        """What asks for an access token, and may remember the last one.

        Raises:
            Misconfigured: it is not to be had, and what to look at.
            ValueError: the authority is none.
        """

    def state(self) -> object:
        """Another one than before means that what asks has to be made anew: a file was changed."""


class Secret:
    """A client secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def asker(self, app_id: str, authority: str, http_client: Any) -> Callable[[], Answer]:
        return _application(app_id, self._secret, authority, http_client)

    def state(self) -> object:
        return None


class Certificate:
    """A file with a private key and its certificate. The key is never sent, only what it signed."""

    def __init__(self, file: Path, passphrase: str | None) -> None:
        self._file = file
        self._passphrase = passphrase

    def asker(self, app_id: str, authority: str, http_client: Any) -> Callable[[], Answer]:
        try:
            key, certificate = _key_and_certificate(self._file.read_bytes(), self._passphrase)
        except OSError as error:
            raise Misconfigured(f"the certificate of a Teams app cannot be read ({type(error).__name__})") from None
        except (ValueError, TypeError):
            raise Misconfigured(
                "the certificate of a Teams app is no PEM or PKCS #12 file with a key, or its passphrase is another"
            ) from None
        credential = {"private_key": key, "public_certificate": certificate}
        # That asks the identity service already, and what goes wrong there is not about the file.
        return _application(app_id, credential, authority, http_client)

    def state(self) -> object:
        return _stamp(self._file)


class TokenFile:
    """A token in a file, which whoever runs the machines puts anew long before it runs out."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def asker(self, app_id: str, authority: str, http_client: Any) -> Callable[[], Answer]:
        return _application(app_id, {"client_assertion": self._token}, authority, http_client)

    def state(self) -> object:
        return _stamp(self._file)

    def _token(self) -> str:
        try:
            return self._file.read_text(encoding="ascii").strip()
        except (OSError, ValueError) as error:
            raise Misconfigured(f"the token file of a Teams app cannot be read ({type(error).__name__})") from None


class ManagedIdentity:
    """An identity that Azure gives the machine. The bot is that identity itself, or an app that trusts it."""

    def __init__(self, client_id: str) -> None:
        self._client_id = client_id.lower()

    def asker(self, app_id: str, authority: str, http_client: Any) -> Callable[[], Answer]:
        identity = self._identity(http_client)
        if self._client_id == app_id:
            return lambda: dict(identity.acquire_token_for_client(resource=BOT_FRAMEWORK))

        def assertion() -> str:
            answer = identity.acquire_token_for_client(resource=_TRUSTED)
            if "access_token" not in answer:
                raise Misconfigured(f"no token of the managed identity: {answer.get('error', 'unknown')}")
            return str(answer["access_token"])

        return _application(app_id, {"client_assertion": assertion}, authority, http_client)

    def state(self) -> object:
        return None

    def _identity(self, http_client: Any) -> Any:
        import msal  # noqa: PLC0415

        which = (
            msal.SystemAssignedManagedIdentity()
            if self._client_id == SYSTEM
            else msal.UserAssignedManagedIdentity(client_id=self._client_id)
        )
        return msal.ManagedIdentityClient(which, http_client=http_client or _patient_session())


def _patient_session() -> Any:
    """An HTTP client that does not wait for ever: MSAL gives no time to those of managed identities."""
    import requests  # noqa: PLC0415 - msal's own

    class Session(requests.Session):
        def request(self, *args: Any, **more: Any) -> requests.Response:
            return super().request(*args, **{"timeout": _SECONDS, **more})

    return Session()


def credential_of(app: TeamsApp) -> Credential:
    """Raises `ValueError` where the app has none; the settings see to it that it has one."""
    if app.secret is not None:
        return Secret(app.secret.get_secret_value())
    if app.certificate is not None:
        return Certificate(app.certificate, app.passphrase.get_secret_value() if app.passphrase else None)
    if app.token_file is not None:
        return TokenFile(app.token_file)
    if app.managed_identity is not None:
        return ManagedIdentity(app.managed_identity)
    raise ValueError("an app without a credential")


def good_until(app: TeamsApp) -> datetime | None:
    """When an app's certificate runs out; None: it has none that can be read."""
    if app.certificate is None:
        return None
    from cryptography import x509  # noqa: PLC0415 - see `_key_and_certificate`

    passphrase = app.passphrase.get_secret_value() if app.passphrase else None
    try:
        _key, certificate = _key_and_certificate(app.certificate.read_bytes(), passphrase)
        return x509.load_pem_x509_certificate(certificate.encode()).not_valid_after_utc
    except (OSError, ValueError, TypeError):
        return None


def _application(app_id: str, credential: object, authority: str, http_client: Any) -> Callable[[], Answer]:
    import msal  # noqa: PLC0415

    application = msal.ConfidentialClientApplication(
        app_id,
        client_credential=credential,
        authority=authority,
        instance_discovery=False,
        http_client=http_client,
        timeout=_SECONDS,
    )
    scopes = [f"{BOT_FRAMEWORK}/.default"]
    return lambda: dict(application.acquire_token_for_client(scopes=scopes))


def _stamp(file: Path) -> object:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return None


def _key_and_certificate(content: bytes, passphrase: str | None) -> tuple[str, str]:
    """The private key and the certificate in PEM. Raises `ValueError` or `TypeError` for what is neither."""
    # Everything that is encrypted comes with it: not at every start.
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        Encoding,
        NoEncryption,
        PrivateFormat,
        load_pem_private_key,
        pkcs12,
    )

    secret = passphrase.encode() if passphrase else None
    if b"-----BEGIN" in content:
        key: Any = load_pem_private_key(content, secret)
        certificate: Any = x509.load_pem_x509_certificate(content)
    else:
        key, certificate, _others = pkcs12.load_key_and_certificates(content, secret)
        if key is None or certificate is None:
            raise ValueError("no key, or no certificate")
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return private, certificate.public_bytes(Encoding.PEM).decode()
