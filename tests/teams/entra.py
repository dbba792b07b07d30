"""A stand-in for the identity service that gives apps their access tokens, and for that of a machine in Azure."""

import json
from dataclasses import dataclass, field

import requests

HOST = "https://login.microsoftonline.com/"


@dataclass
class Response:
    """As MSAL reads one."""

    status_code: int
    text: str
    headers: dict[str, str] = field(default_factory=dict)

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise requests.HTTPError(self.status_code)


@dataclass
class Entra:
    """The identity service, as MSAL calls it: a client with `get` and `post`."""

    error: str = ""
    status: int = 200
    away: bool = False
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    """Entra's own, beside `error`."""
    of_the_machine: dict[str, str] = field(default_factory=dict)
    """What the machine's identities are given tokens for: the token of each, by client id (`system`: its own)."""

    def get(self, url: str, params: dict[str, str] | None = None, **_more: object) -> Response:
        if self.away:
            raise requests.ConnectionError
        if url.endswith("/metadata/identity/oauth2/token"):
            return self._of_the_machine(params or {})
        tenant = url.removeprefix(HOST).split("/")[0]
        if tenant == "nowhere":
            return Response(400, json.dumps({"error": "invalid_tenant"}))
        endpoints = {
            "authorization_endpoint": f"{HOST}{tenant}/oauth2/v2.0/authorize",
            "token_endpoint": f"{HOST}{tenant}/oauth2/v2.0/token",
            "issuer": f"{HOST}{tenant}/v2.0",
        }
        return Response(200, json.dumps(endpoints))

    def post(self, url: str, data: dict[str, str] | None = None, **_more: object) -> Response:
        if self.away:
            raise requests.ConnectionError
        self.asked.append((url, dict(data or {})))
        if self.status >= 400:
            told = {"error": self.error, "error_description": "about app-id", "error_codes": self.codes}
            return Response(self.status, json.dumps(told))
        token = {"token_type": "Bearer", "expires_in": 3600, "access_token": f"token-{len(self.asked)}"}
        return Response(200, json.dumps(token))

    def _of_the_machine(self, params: dict[str, str]) -> Response:
        token = self.of_the_machine.get(params.get("client_id", "system"))
        if token is None:
            return Response(400, json.dumps({"error": "invalid_request", "error_description": "Identity not found"}))
        given = {"access_token": f"{token} for {params['resource']}", "expires_in": "3600", "token_type": "Bearer"}
        return Response(200, json.dumps(given))

    def close(self) -> None:
        return None
