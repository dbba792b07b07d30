"""Small pieces: nothing is lost when text is cut up, and nothing that people write means anything to Slack."""

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.elements import (
    EMPTY,
    escape,
    link,
    paragraphs,
    pieces,
    plain,
    rich,
    run,
)
from handlers.writing.text import length

FAMILY = "👨‍👩‍👧‍👦"


PARTS = ["a", " ", "\n", "é", "e\u0301", FAMILY, "🏳️‍🌈", "𝄞"]


@given(st.lists(st.sampled_from(PARTS), max_size=300).map("".join), st.integers(30, 60))
def test_pieces_hold_the_whole_text(text: str, limit: int) -> None:
    cut = list(pieces(text, limit))
    assert "".join(cut) == text
    assert all(1 <= length(piece) <= limit for piece in cut)


def test_a_text_is_cut_between_words_and_never_inside_an_emoji() -> None:
    assert list(pieces("en to tre fire", 8)) == ["en to ", "tre fire"]
    assert list(pieces(FAMILY * 3, 25)) == [FAMILY * 2, FAMILY]


def test_one_character_longer_than_a_piece_is_still_shown() -> None:
    zalgo = "a" + "\u0301" * 100
    assert "".join(pieces(zalgo, 40)) == zalgo


@given(st.lists(st.text(max_size=4000), max_size=6))
def test_rich_text_holds_every_line_within_the_limit(lines: list[str]) -> None:
    lines = [line for line in lines if line]
    blocks = rich([[run(line)] for line in lines])
    texts = [[element["text"] for element in block["elements"][0]["elements"]] for block in blocks]
    assert all(sum(map(length, block)) <= 3000 and all(block) for block in texts)
    assert "".join("".join(block) for block in texts).replace("\n", "") == "".join(lines).replace("\n", "")


def test_rich_text_keeps_lines_apart() -> None:
    (block,) = rich([[run("Frist: ", bold=True), run("i dag")], *paragraphs("a\n\nb")])
    assert "".join(element["text"] for element in block["elements"][0]["elements"]) == "Frist: i dag\na\n \nb"


def test_display_text_is_cut_between_graphemes_and_never_empty() -> None:
    assert plain("x" * 20 + FAMILY, 24)["text"] == "x" * 20 + "…"
    assert plain("  ", 24)["text"] == EMPTY


def test_links_lead_to_web_pages_only() -> None:
    assert link("Her", "https://example.org/?a=1&b=2") == {
        "type": "link",
        "url": "https://example.org/?a=1&b=2",
        "text": "Her",
    }
    for url in ("javascript:alert(1)", "slack://user", "https://example.org/" + "x" * 3000):
        assert link("Her", url)["type"] == "text"


def test_what_slack_interprets_is_escaped() -> None:
    assert escape("<!channel> & <https://e.no|x>") == "&lt;!channel&gt; &amp; &lt;https://e.no|x&gt;"
