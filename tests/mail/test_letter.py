"""What an e-mail says, and that nothing else comes into its headers."""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.letter import Letter, addressed, as_email, write
from handlers.messages.message import Button, Fact, Link, Message, Page, Section
from handlers.writing import language
from tests.everything import MESSAGE
from tests.mail.standin import text_of

AT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
ENDS = datetime(2026, 9, 15, 8, 0, tzinfo=UTC)
NAME = "Eksempel Postkasse"


def page(number: int, reference: str = "") -> Page:
    return Page(reference=reference, action="avvik.vis", arguments={"deviation": str(number)})


def address_of(about: Page) -> str:
    return f"https://bot.example.org/side/{about.arguments['deviation']}"


def written(message: Message, name: str = NAME) -> Letter:
    found = write(message, name, address_of, ENDS)
    assert found is not None
    return found


def test_one_case() -> None:
    letter = written(Message(title="Hemmelig", text="Også hemmelig", page=page(7, "AVV-2026-0007")))
    assert letter.subject == "Du har fått en melding om AVV-2026-0007"
    assert letter.text == (
        "Boten i helsefellesskapet har en melding til deg om AVV-2026-0007. Les den og gjør det du skal, på denne "
        "siden:\n\n"
        "https://bot.example.org/side/7\n\n"
        "Lenken er bare for Eksempel Postkasse: den som åpner den, handler i ditt navn. Ikke send den videre. "
        "Den virker til tirsdag 15. september 2026 kl. 10.00; etter det får du en ny der.\n\n"
        "Svar på siden, ikke på denne e-posten.\n"
    )


def test_a_case_without_a_reference() -> None:
    letter = written(Message(title="Forslag til sak: Hemmelig", page=page(7)))
    assert letter.subject == "Du har fått en melding om en sak"
    assert letter.text.startswith("Boten i helsefellesskapet har en melding til deg om en sak.")
    assert "Hemmelig" not in letter.text


def test_several_cases_have_a_link_each() -> None:
    sections = tuple(
        Section(title="Hemmelig", page=about) for about in (page(7, "AVV-2026-0007"), page(8), page(7, "AVV-2026-0007"))
    )
    letter = written(Message(title="3 avvik venter på deg", sections=sections))
    assert letter.subject == "Du har fått en melding om 2 saker"
    assert "AVV-2026-0007\nhttps://bot.example.org/side/7\n\nSak 2\nhttps://bot.example.org/side/8\n\n" in letter.text
    assert "Lenkene er bare for Eksempel Postkasse" in letter.text
    assert "Hemmelig" not in letter.text


def test_of_a_message_without_a_page_nothing_is_said() -> None:
    assert write(MESSAGE.model_copy(update={"page": None}), NAME, address_of, ENDS) is None


def test_what_may_be_mailed_is_mailed_as_it_stands_but_for_its_buttons() -> None:
    message = Message(
        title="Her er en ny lenke",
        text="Du ba om den.",
        facts=(Fact(label="Frist", value="i morgen"),),
        links=(Link(label="Veiledning", url="https://example.org/hjelp"),),
        buttons=(Button(label="Vis saken", action="avvik.vis", arguments={"deviation": "7"}),),
        sections=(Section(title="Mer", text="å lese"),),
        small="Smått",
        mailable=True,
    )
    letter = written(message)
    assert letter.subject == message.title
    assert letter.text == (
        "Du ba om den.\n\nFrist: i morgen\nVeiledning: https://example.org/hjelp\n\nMer\n\nå lese\n\nSmått\n"
    )
    with_page = written(message.model_copy(update={"page": page(7)}))
    assert with_page.subject == letter.subject
    assert with_page.text.startswith(letter.text + "\nhttps://bot.example.org/side/7\n\nLenken er bare for")


class _Marked(gettext.NullTranslations):
    """A language in which every text begins with a mark."""

    def gettext(self, message: str) -> str:
        return f"¤{message}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"¤{msgid1 if n == 1 else msgid2}"


@contextmanager
def marking(*languages: str) -> Iterator[None]:
    kept = dict(language._catalogs)
    language.install({name: _Marked() for name in languages})
    try:
        yield
    finally:
        language.install(kept)


@pytest.mark.parametrize(("tongue", "ends"), [("nn", "tysdag 15. september 2026"), ("en", "Tuesday 15 September 2026")])
def test_every_sentence_is_in_the_readers_language(tongue: str, ends: str) -> None:
    messages = (
        Message(title="?", page=page(7, "AVV-2026-0007")),
        Message(title="?", page=page(7)),
        Message(title="?", sections=(Section(page=page(7)), Section(page=page(8)))),
    )
    with marking(tongue), language.speaking(tongue):
        letters = [written(message) for message in messages]
        email = as_email(
            letters[0], addressed("Bot", "bot@example.org"), addressed(NAME, "p@example.org"), AT, "1@x.no"
        )
    for letter in letters:
        assert letter.subject.startswith("¤")
        assert all(part.startswith(("¤", "https://")) for part in letter.text.split("\n\n"))
        assert ends in letter.text
    assert email["Content-Language"] == tongue


# --- headers -----------------------------------------------------------------------------------------------

HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Content-Language",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
}


def arrived(name: str, subject: str, text: str = "Hei\n") -> EmailMessage:
    """The e-mail as its reader's program understands it."""
    to = addressed(name, "mailbox@example.org")
    email = as_email(Letter(subject, text), addressed("Boten", "bot@example.org"), to, AT, "abc@example.org")
    found = message_from_bytes(email.as_bytes(), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_the_headers_of_an_e_mail() -> None:
    email = arrived("Ærlig Åsen", "Du har fått en melding", "Blåbærsyltetøy\n.\n" + "x" * 2000 + "\n")
    assert set(email.keys()) == HEADERS
    assert email["From"] == "Boten <bot@example.org>"
    assert email["To"] == "Ærlig Åsen <mailbox@example.org>"
    assert email["Subject"] == "Du har fått en melding"
    assert email["Date"].datetime == AT
    assert email["Message-ID"] == "<abc@example.org>"
    assert email["Auto-Submitted"] == "auto-generated"
    assert text_of(email) == "Blåbærsyltetøy\n.\n" + "x" * 2000 + "\n"
    assert max(len(line) for line in email.as_bytes().split(b"\n")) < 998


INJECTIONS = (
    "Eksempel\r\nBcc: evil@example.org",
    "Eksempel\nBcc: evil@example.org\n\nHei",
    "Eksempel\u2028Bcc: evil@example.org",
    "Eksempel\x00\x0b\x0c\x85Bcc: evil@example.org",
    "=?utf-8?q?Eksempel=0D=0ABcc:_evil@example.org=0D=0A?= Å",
    "=?utf-8?b?DQpCY2M6IGV2aWxAZXhhbXBsZS5vcmc=?=",
    "=\u200b?utf-8?q?=0D=0ABcc:_evil@example.org?=",
    '"Eksempel" <evil@example.org>, ',
    "evil@example.org, Eksempel",
    "Eksempel (evil@example.org)",
    "Ødegård: evil@example.org;",
    "\\",
    '"',
    "",
)


@pytest.mark.parametrize("text", INJECTIONS)
def test_nothing_gets_into_the_headers_with_a_name_or_a_title(text: str) -> None:
    _is_one_letter_to_one_reader(arrived(text, text))


@given(
    st.lists(
        st.sampled_from(["=?", "?=", "utf-8", "?q?", "?b?", "=0D=0A", "\r\n", "\n", "Bcc: ", "å", "a", " ", ",", "<"])
    )
    | st.text()
)
def test_nothing_at_all_gets_into_the_headers(parts: list[str] | str) -> None:
    text = "".join(parts)
    _is_one_letter_to_one_reader(arrived(text, text))


def _is_one_letter_to_one_reader(email: EmailMessage) -> None:
    assert set(email.keys()) == HEADERS
    assert len(email.keys()) == len(HEADERS)
    (reader,) = email["To"].addresses
    assert reader.addr_spec == "mailbox@example.org"
    assert text_of(email) == "Hei\n"
