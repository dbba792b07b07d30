"""TEAMS_APPS: the Teams apps that the bot is, one for each organisation, and how each shows who it is."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, SecretStr

from handlers.writing.language import _

ANY_TENANT = "botframework.com"
"""In the place of a tenant: an app that was registered while those for several tenants were still made (Azure Bot
Service: «Register a bot with Azure», «multi-tenant»)."""
SYSTEM = "system"
"""In the place of a managed identity's id: the machine's own, not one that was made for itself."""

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NEEDED = ("app_id", "tenant_id")
_WAYS = ("secret", "certificate", "token_file", "managed_identity")
_KNOWN = (*_NEEDED, *_WAYS, "passphrase")


class TeamsApp(BaseModel):
    """One app, and one way in which it shows the identity service who it is.

    `secret` is a client secret. `certificate` is a file with a private key and its certificate, PEM or PKCS #12
    (`.pfx`), under `passphrase` if it has one. `token_file` is a file with a token that the app trusts by a federated
    credential, put anew by whoever runs the machines (Kubernetes: «workload identity»). `managed_identity` is the
    client id of one that Azure gives the machine, or `SYSTEM`: the app trusts it by a federated credential, or is that
    identity itself.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    app_id: str
    tenant_id: str
    secret: SecretStr | None = None
    certificate: Path | None = None
    passphrase: SecretStr | None = None
    token_file: Path | None = None
    managed_identity: str | None = None


def is_id(text: str) -> bool:
    """Whether it has the shape of the ids that Entra gives apps and tenants."""
    return _ID.fullmatch(text) is not None


def read_teams_apps(given: object) -> object:
    """What TEAMS_APPS says: a list in JSON, or the name of a file with one. What is no text is left as it is.

    Raises:
        ValueError: with a line for each thing that is wrong, none of which has a secret in it.
    """
    if not isinstance(given, str):
        return given
    text = given.strip()
    try:
        found = json.loads(text if text.startswith(("[", "{")) else _read(text))
    except ValueError as error:
        raise ValueError(_not_read(text, error)) from None
    if not isinstance(found, list) or not found:
        raise ValueError(_no_list())
    wrong = [
        _("nr. {number}: {what}").format(number=number, what=what)
        for number, each in enumerate(found, 1)
        for what in _wrong(each)
    ]
    if wrong:
        # The setting's name is put before the first line.
        raise ValueError("\nTEAMS_APPS ".join(wrong))
    return tuple(TeamsApp(**each) for each in found)


def alike(apps: Sequence[TeamsApp]) -> Iterator[str]:
    """What is wrong with several apps together."""
    for name, sentence in (
        ("app_id", _("Appen {id} er satt to ganger i innstillingene for Teams. Fjern den ene.")),
        (
            "tenant_id",
            _(
                "To apper i innstillingene for Teams er for {id}. En organisasjon har én app, ellers får folk to "
                "samtaler. Fjern den ene."
            ),
        ),
    ):
        ids = [getattr(app, name).lower() for app in apps]
        yield from (sentence.format(id=each) for each in dict.fromkeys(ids) if ids.count(each) > 1)


def _read(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ValueError(_("viser til {file}, som ikke er lagret som UTF-8.").format(file=file)) from None
    except (OSError, ValueError):
        raise ValueError(_no_list()) from None


def _not_read(text: str, error: ValueError) -> str:
    if not isinstance(error, json.JSONDecodeError):
        return str(error)
    # What is wrong may stand beside a secret: only its place is said.
    place = _("Linje {line}, tegn {column} er ikke JSON.").format(line=error.lineno, column=error.colno)
    return f"{_no_list()} {place}"


def _no_list() -> str:
    return _("skal være en liste i JSON, eller navnet på en fil med en slik liste, for eksempel {example}.").format(
        example='[{"app_id": "…", "tenant_id": "…", "secret": "…"}]'
    )


def _wrong(each: Any) -> Iterator[str]:
    if not isinstance(each, dict):
        yield _("skal være et objekt med {names}.").format(names=", ".join(_NEEDED))
        return
    unknown = [name for name in each if name not in _KNOWN]
    if unknown:
        yield _("{unknown} kjennes ikke. Bruk {names}.").format(unknown=", ".join(unknown), names=", ".join(_KNOWN))
    texts = {name: each[name] for name in _KNOWN if each.get(name) not in (None, "")}
    odd = [name for name, value in texts.items() if not isinstance(value, str)]
    if odd:
        yield _("{names} skal være tekst.").format(names=", ".join(odd))
        return
    for name in _NEEDED:
        if not is_id(texts.get(name, "")):
            yield not_an_id(name)
    ways = [name for name in _WAYS if name in texts]
    if len(ways) != 1:
        yield _("skal ha nøyaktig én av {names}.").format(names=", ".join(_WAYS))
    yield from _wrong_way(texts)


def _wrong_way(texts: dict[str, str]) -> Iterator[str]:
    certificate, identity = texts.get("certificate"), texts.get("managed_identity")
    if certificate is not None and not Path(certificate).is_file():
        yield _("sertifikatet {file} finnes ikke. Skriv navnet på en fil med nøkkelen og sertifikatet.").format(
            file=certificate
        )
    if identity is not None and identity != SYSTEM and not is_id(identity):
        yield _("managed_identity skal være identitetens klient-id, eller {system}.").format(system=SYSTEM)
    if "passphrase" in texts and certificate is None:
        yield _("{name} hører til et sertifikat, og det er ikke satt.").format(name="passphrase")


def not_an_id(name: str) -> str:
    """Said of a setting that is to be the id of an app or a tenant."""
    return _("{name} skal være en id fra Entra, med 32 tegn i fem grupper: {example}.").format(
        name=name, example="11111111-2222-3333-4444-555555555555"
    )
