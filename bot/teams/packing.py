"""The package that an administrator uploads to Teams: the manifest, two icons, and the texts in each language (Teams:
«Teams app package», «Localize your app», «Localization schema»)."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from bot.teams.manifest import SCHEMA, manifest
from handlers.registry import Registry
from handlers.writing.language import DEFAULT, LANGUAGES

MANIFEST = "manifest.json"
_ICONS = Path(__file__).parent / "icons"
_TAGS = {"nb": "nb-no", "nn": "nn-no", "en": "en"}
"""Teams chooses by the client's language: one of two letters stands for every region."""
_TRANSLATED = ("name.", "description.", "bots[0].commandLists[", "composeExtensions[0].commands[")
"""The beginnings of what may stand in a file of texts; everything else is the same in every language."""
_LOCALIZATION = SCHEMA.replace("MicrosoftTeams.schema", "MicrosoftTeams.Localization.schema")
_MADE = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the zip, so that the same package has the same bytes."""


class Pages(NamedTuple):
    """The organisation's own pages, which Teams shows beside the app."""

    website: str
    privacy: str
    terms: str


def version_of(moment: datetime) -> str:
    """A version for a package made now: Teams takes an app anew only with a higher one than before."""
    return f"{moment.year}.{moment.month * 100 + moment.day}.{moment.hour * 100 + moment.minute}"


def files(registry: Registry, app_id: str, base_url: str, version: str, pages: Pages) -> Mapping[str, bytes]:
    """What is in the package, by name. Arguments as those of `manifest`, which this raises like."""
    made = {language: manifest(registry, app_id, base_url, language=language) for language in LANGUAGES}
    texts = {language: dict(_texts(found)) for language, found in made.items()}
    whole = {
        **made[DEFAULT],
        "version": version,
        "developer": {
            **made[DEFAULT]["developer"],
            "websiteUrl": pages.website,
            "privacyUrl": pages.privacy,
            "termsOfUseUrl": pages.terms,
        },
        "localizationInfo": {
            "defaultLanguageTag": _TAGS[DEFAULT],
            "defaultLanguageFile": f"{DEFAULT}.json",
            "additionalLanguages": [
                {"languageTag": _TAGS[language], "file": f"{language}.json"}
                for language in LANGUAGES
                if language != DEFAULT
            ],
        },
    }
    return {
        MANIFEST: _json(whole),
        **{f"{language}.json": _json({"$schema": _LOCALIZATION, **found}) for language, found in texts.items()},
        **{name: (_ICONS / name).read_bytes() for name in ("color.png", "outline.png")},
    }


def packed(content: Mapping[str, bytes]) -> bytes:
    """A zip file with these, all of them in its root, as Teams wants it."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, each in content.items():
            archive.writestr(zipfile.ZipInfo(name, _MADE), each, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def is_the_same(package: Path, content: Mapping[str, bytes]) -> bool:
    """Whether a package that was written before holds this, whatever its version. Raises `OSError`."""
    found = _unpacked(package)
    return {**found, MANIFEST: _manifest(found) | {"version": ""}} == {
        **content,
        MANIFEST: _manifest(content) | {"version": ""},
    }


def pages_in(package: Path, base_url: str) -> Pages:
    """The organisation's pages that stand in a package. Raises `OSError`."""
    told = _manifest(_unpacked(package)).get("developer")
    developer = told if isinstance(told, dict) else {}
    return Pages(*(str(developer.get(name, base_url)) for name in ("websiteUrl", "privacyUrl", "termsOfUseUrl")))


def _unpacked(package: Path) -> Mapping[str, bytes]:
    """Nothing, where it is no package."""
    try:
        with zipfile.ZipFile(package) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError):
        return {}


def _manifest(content: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        made = json.loads(content.get(MANIFEST, b"{}"))
    except ValueError:
        return {}
    return made if isinstance(made, dict) else {}


def _texts(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for path, text in _leaves(found):
        name = path.rpartition(".")[2]
        if path.startswith(_TRANSLATED) and name in ("short", "full", "title", "description"):
            yield path, text


def _leaves(part: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in it, with its place as `bots[0].commandLists[1].commands[2].title`."""
    if isinstance(part, str):
        yield path, part
    elif isinstance(part, Mapping):
        for name, each in part.items():
            yield from _leaves(each, f"{path}.{name}" if path else name)
    elif isinstance(part, list):
        for number, each in enumerate(part):
            yield from _leaves(each, f"{path}[{number}]")


def _json(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
