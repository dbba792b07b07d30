"""TEAMS_APPS: one app for each organisation, and every mistake said without the secret beside it."""

import json
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings, SettingsError, load

FIRST = {"app_id": "11111111-2222-3333-4444-555555555555", "tenant_id": "aaaaaaaa-2222-3333-4444-555555555555"}
SECOND = {"app_id": "22222222-2222-3333-4444-555555555555", "tenant_id": "bbbbbbbb-2222-3333-4444-555555555555"}
SECRET = "example-secret-of-an-app"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of this machine's, and a folder without .env."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def problems(monkeypatch: pytest.MonkeyPatch, apps: Any, **environment: str) -> list[str]:
    monkeypatch.setenv("TEAMS_APPS", apps if isinstance(apps, str) else json.dumps(apps))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load()
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    return str(caught.value).splitlines()


def test_each_way_of_showing_who_an_app_is(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("key.pem").write_text("…")
    ways = [
        {"secret": SECRET},
        {"certificate": "key.pem", "passphrase": SECRET},
        {"token_file": "/var/run/token"},
        {"managed_identity": "system"},
        {"managed_identity": SECOND["app_id"]},
    ]
    for way in ways:
        monkeypatch.setenv("TEAMS_APPS", json.dumps([{**FIRST, **way}]))
        (app,) = load().all_teams_apps
        assert app.app_id == FIRST["app_id"]
        assert SECRET not in repr(load())
    assert load().teams_on


def test_the_list_may_stand_in_a_file_and_goes_beside_the_one_app(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("apps.json").write_text(json.dumps([{**FIRST, "secret": SECRET}], indent=2))
    monkeypatch.setenv("TEAMS_APPS", "apps.json")
    monkeypatch.setenv("TEAMS_APP_ID", SECOND["app_id"])
    monkeypatch.setenv("TEAMS_APP_PASSWORD", SECRET)
    monkeypatch.setenv("TEAMS_TENANT_ID", SECOND["tenant_id"])
    settings = load()
    assert [app.tenant_id for app in settings.all_teams_apps] == [SECOND["tenant_id"], FIRST["tenant_id"]]
    assert SECRET not in repr(settings)


@pytest.mark.parametrize(
    ("apps", "said"),
    [
        ("[]", "TEAMS_APPS skal være en liste i JSON"),
        ("{}", "TEAMS_APPS skal være en liste i JSON"),
        ("nowhere.json", "TEAMS_APPS skal være en liste i JSON, eller navnet på en fil med en slik liste"),
        (f'[{{"secret": "{SECRET}", }}]', "TEAMS_APPS skal være en liste i JSON"),
        ([7], "TEAMS_APPS nr. 1: skal være et objekt med app_id, tenant_id."),
        ([{**FIRST, "secret": 7}], "TEAMS_APPS nr. 1: secret skal være tekst."),
        ([{**FIRST}], "TEAMS_APPS nr. 1: skal ha nøyaktig én av secret, certificate, token_file, managed_identity."),
        ([{**FIRST, "secret": SECRET, "token_file": "x"}], "TEAMS_APPS nr. 1: skal ha nøyaktig én av secret"),
        ([{**FIRST, "secret": SECRET, "name": "x"}], "TEAMS_APPS nr. 1: name kjennes ikke. Bruk app_id, tenant_id,"),
        ([{**FIRST, "app_id": "x", "secret": SECRET}], "TEAMS_APPS nr. 1: app_id skal være en id fra Entra"),
        ([{"app_id": FIRST["app_id"], "secret": SECRET}], "TEAMS_APPS nr. 1: tenant_id skal være en id fra Entra"),
        # A domain is no id, and nobody's tenant could be told from another by it.
        ([{**FIRST, "tenant_id": "kommune.example", "secret": SECRET}], "TEAMS_APPS nr. 1: tenant_id skal være en id"),
        ([{**FIRST, "certificate": "gone.pem"}], "TEAMS_APPS nr. 1: sertifikatet gone.pem finnes ikke."),
        ([{**FIRST, "managed_identity": "me"}], "TEAMS_APPS nr. 1: managed_identity skal være identitetens klient-id"),
        ([{**FIRST, "secret": SECRET, "passphrase": "x"}], "TEAMS_APPS nr. 1: passphrase hører til et sertifikat"),
        ([{**FIRST, "secret": SECRET}, {**SECOND, "app_id": FIRST["app_id"].upper(), "secret": SECRET}], "Appen 1111"),
        ([{**FIRST, "secret": SECRET}, {**SECOND, "tenant_id": FIRST["tenant_id"], "secret": SECRET}], "To apper i"),
    ],
)
def test_what_is_wrong_is_said(monkeypatch: pytest.MonkeyPatch, apps: Any, said: str) -> None:
    (line,) = problems(monkeypatch, apps)
    assert line.startswith(said)


def test_every_mistake_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [line.split(":")[0] for line in problems(monkeypatch, [{**FIRST, "app_id": ""}, {}], PORT="x")] == [
        "PORT skal være et helt tall fra 0 til 65535.",
        *["TEAMS_APPS nr. 1"] * 2,
        *["TEAMS_APPS nr. 2"] * 3,
    ]


def test_a_file_in_another_character_set(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("apps.json").write_bytes("[ø]".encode("latin-1"))
    assert problems(monkeypatch, "apps.json") == ["TEAMS_APPS viser til apps.json, som ikke er lagret som UTF-8."]


def test_the_one_app_is_not_named_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    same = {"TEAMS_APP_ID": FIRST["app_id"], "TEAMS_APP_PASSWORD": SECRET, "TEAMS_TENANT_ID": SECOND["tenant_id"]}
    (line,) = problems(monkeypatch, [{**FIRST, "secret": SECRET}], **same)
    assert line == f"Appen {FIRST['app_id']} er satt to ganger i innstillingene for Teams. Fjern den ene."


def test_a_local_client_is_no_organisation_s(monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = problems(monkeypatch, [{**FIRST, "secret": SECRET}], TEAMS_LOCAL="1")
    assert line == "TEAMS_LOCAL=1 er for å prøve uten Teams-konto. Fjern den, eller fjern TEAMS_APPS."


@pytest.mark.parametrize("name", ["TEAMS_APP_ID", "TEAMS_TENANT_ID"])
def test_the_one_app_has_ids_too(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    whole = {"TEAMS_APP_ID": FIRST["app_id"], "TEAMS_APP_PASSWORD": SECRET, "TEAMS_TENANT_ID": FIRST["tenant_id"]}
    (line,) = problems(monkeypatch, "", **{**whole, name: "kommune.example"})
    assert line.startswith(f"{name} skal være en id fra Entra")
