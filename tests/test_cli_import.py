"""`python -m bot import --json`, as it is typed: without a database, and without settings."""

import json
from pathlib import Path
from typing import Any

from handlers.papers.reading.reader import MAX_FILE
from tests.papers.reading.word_files import docx, p
from tests.program import bot

MINUTES = """\
Referat fra møte i Eksempelutvalget (FSU)

Dato: 03.02.2025 kl. 12.00–14.00
Sted: Eksempelsalen
Til stede: Eksempel Leder, Eksempel Kliniker

Sak 1/25 Godkjenning av innkalling og dagsorden
Vedtak: Innkalling og dagsorden godkjennes.

Sak 2/25 Felles opplæring i utskrivning
Utvalget drøftet planen.
Vedtak: Utvalget slutter seg til planen.
"""


def read_json(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_what_papers_say_is_written_beside_each_other_and_nothing_is_stored(tmp_path: Path) -> None:
    (tmp_path / "referat.txt").write_text(MINUTES, encoding="utf-8")
    (tmp_path / "samme.docx").write_bytes(docx("".join(p(line) for line in MINUTES.splitlines())))
    done = bot(tmp_path, "import", "--json", "ut/her", "referat.txt", "samme.docx", PORT="åtti")
    assert (done.returncode, done.stderr) == (0, "")
    first, second = done.stdout.splitlines()
    assert first.startswith("1/2 referat.txt: referat, 2 saker, 2 vedtak, ")
    assert second.startswith("2/2 samme.docx: referat, 2 saker, 2 vedtak, ")
    text, word = (read_json(tmp_path / "ut" / "her" / f"{name}.json") for name in ("referat", "samme"))
    assert (text["date"], text["from"], text["to"]) == ("2025-02-03", "12:00", "14:00")
    assert [(case["number"], case["title"]) for case in text["cases"]] == [
        ("1/25", "Godkjenning av innkalling og dagsorden"),
        ("2/25", "Felles opplæring i utskrivning"),
    ]
    assert {key: text[key] for key in ("present", "cases", "place")} == {
        key: word[key] for key in ("present", "cases", "place")
    }
    assert sorted(each.name for each in tmp_path.iterdir()) == ["referat.txt", "samme.docx", "ut"]


def test_a_file_that_cannot_be_read_says_why_and_keeps_no_other_from_being_read(tmp_path: Path) -> None:
    (tmp_path / "tom.pdf").touch()
    (tmp_path / "gammel.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"))
    (tmp_path / "referat.txt").write_text(MINUTES, encoding="utf-8")
    with (tmp_path / "stor.pdf").open("wb") as file:
        file.truncate(MAX_FILE * 2)
    done = bot(
        tmp_path, "import", "--json", "ut", "tom.pdf", "gammel.doc", "finnes-ikke.txt", "stor.pdf", "referat.txt"
    )
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "1/5 tom.pdf: Filen er tom. Er den hentet fra en sky, vent til den er lastet helt ned."
    assert "(.doc)" in lines[1]
    assert lines[2].startswith("3/5 finnes-ikke.txt: Får ikke brukt finnes-ikke.txt")
    assert lines[3].startswith("4/5 stor.pdf: Filen er for stor (100 MB)")
    assert "2 saker" in lines[4]
    empty = read_json(tmp_path / "ut" / "tom.json")
    assert (empty["kind"], empty["refused"], empty["warnings"], empty["cases"]) == ("annet", True, ["empty"], [])
    assert empty["why"] == lines[0].partition(": ")[2]


def test_two_files_of_the_same_name_do_not_write_over_each_other(tmp_path: Path) -> None:
    names = ("a.txt", "a.md", "2024/a.md", "2025/A.md")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(MINUTES, encoding="utf-8")
    done = bot(tmp_path, "import", "--json", "ut", *names)
    assert done.returncode == 0
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [
        "1/4 a.txt",
        "2/4 a.md → a.md.json",
        "3/4 a.md → a.md-2.json",
        "4/4 A.md → A.md-3.json",
    ]
    assert len(list((tmp_path / "ut").iterdir())) == len(names)


def test_a_folder_and_a_pattern_mean_the_files_in_them(tmp_path: Path) -> None:
    (tmp_path / "gamle").mkdir()
    for name in ("b.txt", "a.txt", ".skjult"):
        (tmp_path / "gamle" / name).write_text(MINUTES, encoding="utf-8")
    by_folder = bot(tmp_path, "import", "--json", "ut", "gamle")
    by_pattern = bot(tmp_path, "import", "--json", "ut", "gamle/*.txt")
    for done in (by_folder, by_pattern):
        assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["1/2 a.txt", "2/2 b.txt"]


def test_a_folder_that_cannot_be_written_to_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(MINUTES, encoding="utf-8")
    done = bot(tmp_path, "import", "--json", "a.txt", "a.txt")
    assert done.returncode == 2
    assert "Får ikke brukt a.txt" in done.stderr
    assert "Traceback" not in done.stderr


def test_nobodys_identity_number_is_in_what_is_written_or_said(tmp_path: Path) -> None:
    """In any text of the paper, and in the file's own name."""
    number = "13097248022"
    text = MINUTES.replace("Eksempel Kliniker", f"Eksempel Kliniker {number}").replace(
        "Utvalget drøftet planen.", f"Utvalget drøftet planen for {number[:6]} {number[6:]}."
    )
    text = text.replace("opplæring i utskrivning", f"opplæring {number}")
    (tmp_path / f"sak {number}.txt").write_text(text, encoding="utf-8")
    done = bot(tmp_path, "import", "--json", "ut", f"sak {number}.txt")
    assert (done.returncode, done.stderr) == (0, "")
    (written,) = (tmp_path / "ut").iterdir()
    whole = written.read_text(encoding="utf-8")
    for each in (number, f"{number[:6]} {number[6:]}"):
        assert each not in whole
        assert each not in done.stdout
    assert "sak 2/25, tittel" in done.stdout
    read = read_json(written)
    assert "identity_number_taken_out" in read["warnings"]
    assert [case["number"] for case in read["cases"]] == ["1/25", "2/25"]
