"""The package that an administrator uploads: whole, in every language, and Teams' own schemas take it."""

import io
import json
import re
import struct
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import SecretStr

from bot.commands.package_teams import Asked, write_packages
from bot.teams.packing import Pages, files, is_the_same, packed, pages_in, version_of
from config.settings import Settings
from config.teams_apps import ANY_TENANT, TeamsApp
from config.translations import catalogs
from handlers.capabilities import registry
from handlers.writing import language
from storage.tenants import Owned
from tests.clock import FixedClock
from tests.teams.schema import assert_checked
from tests.teams.standin import APP_ID

BASE = "https://bot.example.org/"
PAGES = Pages("https://a.example/hjelp", "https://a.example/personvern", "https://a.example/vilkar")
LIMITS = {
    r"name\.short": 30,
    r"name\.full": 100,
    r"description\.short": 80,
    r"description\.full": 4000,
    r"bots\[0\]\.commandLists\[[0-2]\]\.commands\[([0-9]|1[01])\]\.title": 128,
    r"bots\[0\]\.commandLists\[[0-2]\]\.commands\[([0-9]|1[01])\]\.description": 4000,
    r"composeExtensions\[0\]\.commands\[[0-9]\]\.title": 32,
    r"composeExtensions\[0\]\.commands\[[0-9]\]\.description": 128,
    r"composeExtensions\[0\]\.commands\[[0-9]\]\.parameters\[[0-4]\]\.(title|description)": 128,
}
"""What may stand in a file of texts, and how long it may be (Teams: «Localization schema», whose file does not lie
beside the project)."""


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    language.install(catalogs())
    return dict(files(registry(), APP_ID, BASE, "1.2.3", PAGES))


def test_the_manifest_is_one_that_teams_takes(content: dict[str, Any], tmp_path: Path) -> None:
    made = json.loads(content["manifest.json"])
    assert_checked("teams-manifest", [made], tmp_path)
    assert (made["id"], made["bots"][0]["botId"], made["version"]) == (APP_ID, APP_ID, "1.2.3")
    assert made["developer"]["privacyUrl"] == PAGES.privacy
    named = [made["icons"]["color"], made["icons"]["outline"], made["localizationInfo"]["defaultLanguageFile"]]
    named += [each["file"] for each in made["localizationInfo"]["additionalLanguages"]]
    assert sorted(named) == sorted(set(content) - {"manifest.json"})


@pytest.mark.parametrize("code", language.LANGUAGES)
def test_each_language_has_all_texts(content: dict[str, Any], code: str) -> None:
    texts = json.loads(content[f"{code}.json"])
    assert texts.pop("$schema").endswith("/MicrosoftTeams.Localization.schema.json")
    made = json.loads(content["manifest.json"])
    commands = sum(len(each["commands"]) for each in made["bots"][0]["commandLists"])
    assert len([key for key in texts if key.startswith("bots")]) == 2 * commands
    for key, text in texts.items():
        (limit,) = [limit for pattern, limit in LIMITS.items() if re.fullmatch(pattern, key)]
        assert 0 < len(text) <= limit, key
    assert texts["name.short"] == {"nb": "Helsefellesskap", "nn": "Helsefellesskap"}.get(code, texts["name.short"])
    first = "bots[0].commandLists[0].commands[0].description"
    assert texts[first] == made["bots"][0]["commandLists"][0]["commands"][0]["description"] or code != "nb"


def test_the_languages_differ(content: dict[str, Any]) -> None:
    said = {json.loads(content[f"{code}.json"])["description.full"] for code in language.LANGUAGES}
    assert len(said) == len(language.LANGUAGES)


@pytest.mark.parametrize(("name", "side"), [("color.png", 192), ("outline.png", 32)])
def test_the_icons_have_their_size(content: dict[str, Any], name: str, side: int) -> None:
    icon = content[name]
    assert icon[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", icon[16:24]) == (side, side)


def test_the_outline_is_white_on_nothing(content: dict[str, Any]) -> None:
    from matplotlib.image import imread

    for red, green, blue, alpha in imread(io.BytesIO(content["outline.png"])).reshape(-1, 4):
        assert alpha == 0 or (red, green, blue) == (1, 1, 1)


def test_a_later_package_has_a_higher_version() -> None:
    moments = [
        datetime(2026, 9, 1, 8, 0, tzinfo=UTC),
        datetime(2026, 9, 1, 23, 59, tzinfo=UTC),
        datetime(2026, 10, 1, 0, 0, tzinfo=UTC),
        datetime(2027, 1, 1, 0, 0, tzinfo=UTC),
    ]
    made = [version_of(moment) for moment in moments]
    assert made[0] == "2026.901.800"
    numbers = [tuple(map(int, version.split("."))) for version in made]
    assert numbers == sorted(set(numbers))


def test_a_package_is_known_again_whatever_its_version(content: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "teams-a.zip"
    file.write_bytes(packed(content))
    assert zipfile.ZipFile(file).testzip() is None
    assert packed(content) == packed(dict(content))
    assert pages_in(file, BASE) == PAGES
    assert is_the_same(file, files(registry(), APP_ID, BASE, "9.9.9", PAGES))
    assert not is_the_same(file, files(registry(), APP_ID, "https://other.example/", "1.2.3", PAGES))
    file.write_bytes(b"no package")
    assert not is_the_same(file, content)
    assert pages_in(file, BASE) == Pages(BASE, BASE, BASE)


# --- the command -------------------------------------------------------------------------------------------

HOSPITAL = Owned("sykehus", "Eksempel sykehus", "tenant-of-the-hospital")
MUNICIPALITY = Owned("kommune", "Eksempel kommune", "tenant-of-the-municipality")
WITHOUT = Owned("lege", "Eksempel legekontor", None)
EVERYBODY = [HOSPITAL, MUNICIPALITY, Owned("kommune", "Eksempel kommune", "a-second-tenant"), WITHOUT]


def settings_for(*tenants: str | None, public_url: str | None = BASE) -> Settings:
    apps = [
        TeamsApp(app_id=f"{number}{APP_ID[1:]}", tenant_id=str(tenant), secret=SecretStr("s"))
        for number, tenant in enumerate(tenants, 1)
    ]
    key = SecretStr("k" * 32) if public_url else None
    return Settings(_env_file=None, teams_apps=tuple(apps), public_url=public_url, secret_key=key)


ALL = Asked("", "", "", "", "")


def test_every_organisation_with_an_app_gets_its_own(tmp_path: Path, clock: FixedClock) -> None:
    said: list[str] = []
    settings = settings_for(HOSPITAL.tenant, MUNICIPALITY.tenant, "a-second-tenant")
    write_packages(settings, EVERYBODY, tmp_path, ALL, clock, said.append)
    ids = {file.name: json.loads(zipfile.ZipFile(file).read("manifest.json"))["id"][0] for file in tmp_path.iterdir()}
    assert ids == {"teams-kommune-2.zip": "3", "teams-kommune.zip": "2", "teams-sykehus.zip": "1"}
    assert said[0] == f"{tmp_path}/teams-sykehus.zip: for Eksempel sykehus, versjon 2026.901.800"
    # Once more, over the old ones.
    write_packages(settings, EVERYBODY, tmp_path, ALL._replace(organisation="EKSEMPEL SYKEHUS"), clock, said.append)
    assert len(list(tmp_path.iterdir())) == 3


def test_an_app_for_several_tenants_is_everybody_s(tmp_path: Path, clock: FixedClock) -> None:
    write_packages(settings_for(ANY_TENANT), EVERYBODY, tmp_path, ALL, clock, lambda _line: None)
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize(
    ("settings", "asked", "said"),
    [
        (settings_for(), ALL, "Ingen app for Teams er satt. Sett TEAMS_APPS, eller TEAMS_APP_ID,"),
        (settings_for("x"), ALL, "Ingen av appene for Teams er for en leietaker som en virksomhet har i filen."),
        (settings_for("x"), ALL._replace(organisation="ukjent"), "Ingen virksomhet heter «ukjent». Skriv en av disse"),
        (
            settings_for("x"),
            ALL._replace(organisation="lege"),
            "Eksempel legekontor har ingen leietaker",
        ),
        (
            settings_for("x"),
            ALL._replace(organisation="sykehus"),
            "Ingen app i innstillingene for Teams er",
        ),
        (settings_for("x", public_url=None), ALL, "PUBLIC_URL mangler, eller begynner ikke med https://."),
        (settings_for("x"), ALL._replace(base_url="http://bot.example"), "PUBLIC_URL mangler, eller begynner ikke med"),
    ],
)
def test_what_is_missing_is_said(
    tmp_path: Path, clock: FixedClock, capsys: pytest.CaptureFixture[str], settings: Settings, asked: Asked, said: str
) -> None:
    with pytest.raises(typer.Exit):
        write_packages(settings, EVERYBODY, tmp_path, asked, clock)
    assert capsys.readouterr().err.startswith(said)
    assert list(tmp_path.iterdir()) == []
