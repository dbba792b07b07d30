"""What it says."""

from handlers.cases.actions import Do as AboutCases
from handlers.messages.message import Button, Message
from tests.toy.actions import Do

MESSAGE = Message(
    title="Leke",
    buttons=(Button(label="Vis", action=Do.SHOW), Button(label="Ubehandlede saker", action=AboutCases.QUEUE)),
)
