"""Read a questionnaire as people write it in a document: numbered questions, ( ) and [ ] choices, ____ blanks."""

from pathlib import Path

from safekeeping.languages import gettext as _
from surveys.formats.drafting import Draft, Table
from surveys.formats.losses import Imported, bad
from surveys.formats.opening import open_text
from surveys.formats.text_kinds import Block, asked_in
from surveys.formats.text_lines import Line, lines_of
from surveys.formats.text_routes import Asked, apply_routes, going, is_condition

MOST_LINES = 5_000


def read_questionnaire(path: Path) -> Imported:
    """The survey in the text file at `path`, and what was not carried over. Raises `BadFile`."""
    opened = open_text(path, ("txt", "md"))
    imported = questionnaire_from(opened.text, path.name)
    return Imported(imported.tables, (*opened.losses, *imported.losses))


def questionnaire_from(text: str, file: str) -> Imported:
    """The survey in `text`. Raises `BadFile`; nothing else, whatever the text is."""
    lines = lines_of(text)
    if len(lines) > MOST_LINES:
        raise bad(
            file,
            _("line {value}", value=MOST_LINES + 1),
            _("it has more than {most_lines} lines; split it", most_lines=f"{MOST_LINES:,}"),
        )
    return _Reader(file).read(lines)


class _Reader:
    """Goes through the lines once; a question ends where the next thing begins."""

    def __init__(self, file: str) -> None:
        self.file, self.draft = file, Draft("en")
        self.title = ""
        self.pages: list[tuple[str, list[Asked]]] = [("", [])]
        self.asked: list[Asked] = []
        self.block: Block | None = None
        self.waiting: list[tuple[int, str]] = []
        self.gap = False

    def read(self, lines: list[Line]) -> Imported:
        for line in lines:
            TAKEN[line.kind](self, line)
            self.gap = line.kind == "empty"
        self.close()
        for number, note in self.waiting:
            self.draft.lose(
                _("line {number}", number=number),
                _("“{note}” is followed by no question", note=note[:200]),
                _("it is left out"),
            )
        apply_routes(self.draft, self.asked)
        for title, asked in self.pages:
            words = self.draft.wording({"": title}, "a heading") if title else None
            self.draft.page(words, [each.table for each in asked], title)
        return self.draft.finish(self.file, self.title)

    def close(self) -> None:
        """The question is at its end."""
        if self.block is not None:
            self.add(asked_in(self.draft, self.block))
            self.block = None

    def add(self, asked: Asked) -> None:
        self.asked.append(asked)
        self.pages[-1][1].append(asked)

    def heading(self, line: Line) -> None:
        self.close()
        if not self.title and not self.asked:
            self.title = line.words
        else:
            self.pages.append((line.words, []))

    def question(self, line: Line) -> None:
        if self.block and not line.label and self.goes_on() and not self.block.line.words.endswith("?"):
            self.words(line)
            return
        self.close()
        self.block = Block(line, self.waiting)
        self.waiting = []
        self.take(line.more)

    def take(self, parts: list[Line]) -> None:
        """What stands on the line of a question beside its words."""
        assert self.block is not None  # noqa: S101
        for part in parts:
            self.block.blanks += part.kind == "blank"
            self.block.choices += [part] if part.kind == "choice" else []
            self.block.notes += [part] if part.kind == "note" else []

    def choice(self, line: Line) -> None:
        if self.block is None:
            self.words(Line("words", line.number, " ".join(part.words for part in line.more)))
        else:
            self.take(line.more)

    def blank(self, line: Line) -> None:
        if self.block is not None:
            self.block.blanks += 1
        elif line.more:
            self.draft.lose(
                _("line {number}", number=line.number),
                _("a line to write on belongs to no question"),
                _("it is left out"),
            )

    def note(self, line: Line) -> None:
        """A condition after a gap or an answer is for the question below; anything else is for the one above."""
        condition = is_condition(line.words) and going(line.words) is None
        if self.block is not None and (not condition or self.goes_on()):
            self.block.notes.append(line)
        elif condition:
            self.close()
            self.waiting.append((line.number, line.words))
        else:
            self.words(line)

    def goes_on(self) -> bool:
        """Whether the question above is still being worded."""
        return self.block is not None and not (self.gap or self.block.choices or self.block.blanks)

    def words(self, line: Line) -> None:
        """Words go on with the question above, open the survey, or are read by themselves."""
        if self.block is not None and self.goes_on():
            self.block.line.words += f" {line.words}"
            self.take(line.more)
        elif self.block is not None and line.more and not self.block.choices:
            self.block.blanks += 1
            self.block.notes.append(Line("note", line.number, line.words))
        elif not self.title and not self.asked and self.block is None:
            self.title = line.words
        else:
            self.read_by_itself(line)

    def read_by_itself(self, line: Line) -> None:
        self.close()
        wording = self.draft.wording({"": line.words}, f"line {line.number}")
        if not wording:
            return
        if not self.asked and len(self.pages) == 1:
            self.draft.intro.append(wording)
            return
        table: Table = {"name": self.draft.name("note", ""), "kind": "information", "wording": wording}
        self.add(Asked(line.number, "", table, only_if=self.waiting))
        self.waiting = []

    def empty(self, line: Line) -> None:
        """A gap says that what follows may be something else."""


TAKEN = {
    "heading": _Reader.heading,
    "question": _Reader.question,
    "choice": _Reader.choice,
    "blank": _Reader.blank,
    "note": _Reader.note,
    "words": _Reader.words,
    "empty": _Reader.empty,
}
