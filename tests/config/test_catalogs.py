"""Collecting texts for translators, and what is said when the catalogs are not in step with the code."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from config.catalogs import check, collect, files, guesses, lost_placeholders, main, misspelt, translated, written
from config.translations import LOCALES, po_file

CODE = """\
title = N_("Ny sak")
text = _("Hei, {name}. "
         "Velkommen.")
count = ngettext("{count} sak", "{count} saker", 3)
other = translate("Ikke med")
"""
PAGE = """<p>{{ _("På siden") }}</p>{{ ngettext("Én ting", "{count} ting", n) }}"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "bot"
    (folder / "web" / "templates").mkdir(parents=True)
    (folder / "part.py").write_text(CODE, encoding="utf-8")
    (folder / "web" / "templates" / "page.html").write_text(PAGE, encoding="utf-8")
    return folder


def texts(catalog: Catalog) -> set[str | tuple[str, str]]:
    return {message.id for message in catalog if message.id}  # type: ignore[misc]


def test_texts_are_collected_from_code_and_pages(source: Path) -> None:
    found = collect([source])
    assert texts(found) == {
        "Ny sak",
        "Hei, {name}. Velkommen.",
        ("{count} sak", "{count} saker"),
        "På siden",
        ("Én ting", "{count} ting"),
    }
    assert found["Ny sak"].locations == [("bot/part.py", 1)]


def test_writing_says_the_same_each_time_and_no_line_numbers(source: Path) -> None:
    first = written(collect([source]))
    (source / "part.py").write_text("\n\n" + CODE, encoding="utf-8")
    assert written(collect([source])) == first
    assert "#: bot/part.py\n" in first


def put(locales: Path, language: str, text: str) -> None:
    path = po_file(language, locales)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_translations_are_kept_and_what_was_edited_waits_for_a_translator(source: Path, tmp_path: Path) -> None:
    put(
        tmp_path,
        "nn",
        'msgid "Ny sak"\nmsgstr "Ny sak, på nynorsk"\n\nmsgid "Hei, {name}. Velkomen."\nmsgstr "Hei, {name}."\n\n'
        'msgid "Borte vekk og ferdig"\nmsgstr "Vekke"\n',
    )
    catalog = translated("nn", collect([source]), tmp_path)
    assert catalog["Ny sak"].string == "Ny sak, på nynorsk"
    edited = catalog["Hei, {name}. Velkommen."]
    assert (edited.string, edited.fuzzy) == ("Hei, {name}.", True)
    assert "Vekke" not in written(catalog, "nn")


def test_written_files_are_read_back_to_the_same(source: Path, tmp_path: Path) -> None:
    template = collect([source])
    for path, text in files(template, tmp_path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert [text for _path, text in files(template, tmp_path)] == [
        path.read_text(encoding="utf-8") for path, _text in files(template, tmp_path)
    ]


@pytest.mark.parametrize(
    ("text", "translation", "lost"),
    [
        ("Hei, {name}", "Hei, {name}", False),
        ("Hei, {name}", "Hei", True),
        ("Hei, {name}", "Hei, {namn}", True),
        ("Hei", "Hei, {name}", True),
        ("Hei, {name}", "", False),
        ("Skriv {{n}} og {x}", "Skriv {x}, {{n}}", False),
        (("{n} dag", "{n} dager"), ("Éin dag", "{n} dagar"), False),
        (("{n} dag", "{n} dager"), ("{n} dag", "{m} dagar"), True),
    ],
)
def test_a_translation_has_the_placeholders_of_the_text(
    text: str | tuple[str, str], translation: str | tuple[str, str], lost: bool
) -> None:
    catalog = Catalog(locale="nn")
    catalog.add(text, translation)
    assert bool(list(lost_placeholders(catalog))) is lost


def test_a_guess_is_told_and_not_taken_for_a_translation() -> None:
    catalog = Catalog(locale="nn")
    catalog.add("Hei, {name}", "Hei", flags=["fuzzy"], locations=[("bot/part.py", 7)])
    catalog.add("Hei", "Hei")
    assert list(guesses(catalog)) == [
        "bot/part.py:7 (nn): «Hei, {name}» has a guess: translate it, and take «fuzzy» away"
    ]
    assert list(lost_placeholders(catalog)) == []


def test_misspelt_words_are_told_with_their_place(source: Path) -> None:
    known = {"Ny", "Hei", "Velkommen", "På", "siden", "ting", "Én", "saker"}
    found = list(misspelt(collect([source]), known.__contains__, frozenset()))
    assert found == [
        "bot/part.py:1 (nb): «sak»: misspelt, or a word for config/locales/words.txt",
        "bot/part.py:4 (nb): «sak»: misspelt, or a word for config/locales/words.txt",
    ]


def test_the_catalogs_of_this_code_are_in_step(tmp_path: Path) -> None:
    """What `make check` says too, but for the spelling, which takes a dictionary."""
    template = collect()
    late = [path.name for path, text in files(template, LOCALES) if path.read_text(encoding="utf-8") != text]
    assert late == [], "run `make messages`"
    for language in ("nn", "en"):
        catalog = translated(language, template)
        assert [*guesses(catalog), *lost_placeholders(catalog)] == []


def test_what_is_not_in_step_is_told(tmp_path: Path) -> None:
    put(tmp_path, "nn", 'msgid "Gammel"\nmsgstr "Gammal"\n')
    (tmp_path / "bot.pot").write_text("")
    assert check(tmp_path, lambda _language: lambda _word: True) == [
        "bot.pot is not in step with the code: run `make messages`",
        "nn/LC_MESSAGES/bot.po is not in step with the code: run `make messages`",
        "en/LC_MESSAGES/bot.po is not in step with the code: run `make messages`",
    ]


def test_other_words_on_the_command_line_are_refused() -> None:
    assert main(["chekc"]) == "Say what to do: python -m config.catalogs update (or check)"
