"""What a `bot doctor` found: line by line, and what to do about what is not as it should be."""

from dataclasses import dataclass, field

from handlers.partnership.doctor import Findings
from handlers.writing.language import _


@dataclass
class Report:
    """`todo`: somebody has something to do."""

    lines: list[str] = field(default_factory=list)
    todo: bool = False

    def about(self, title: str) -> None:
        """What the lines from here on are about."""
        self.lines += ["", title] if self.lines else [title]

    def well(self, line: str) -> None:
        self.lines.append("  " + _("I orden: {line}").format(line=line))

    def note(self, line: str) -> None:
        """Neither right nor wrong."""
        self.lines.append(f"  {line}")

    def advise(self, advice: str) -> None:
        """About the line before."""
        self.lines.append(f"    → {advice}")

    def wrong(self, line: str, *advice: str) -> None:
        self.todo = True
        self.lines.append("  " + _("Feil: {line}").format(line=line))
        self.lines += [f"    → {each}" for each in advice]

    def say(self) -> bool:
        """Say it; whether nobody has anything to do."""
        print("\n".join(self.lines))
        return not self.todo

    def include(self, findings: Findings) -> None:
        """What another has found, a level further in."""
        self.todo = self.todo or findings.todo
        self.lines += [f"  {line}" for line in findings.lines if line]
