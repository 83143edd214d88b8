"""Who answers what on paper, in words: “Answer question 7 only if you answered “No” to question 3.”"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from safekeeping.languages import gettext as _
from surveys.definition.domains import domains
from surveys.definition.path import Path, is_for
from surveys.definition.questions import AnyQuestion, Choice, WithChoices
from surveys.definition.survey import AUDIENCE, Page, Source, Survey
from surveys.definition.voice import CHOICES, LINES, Voice
from surveys.expression.tree import Call, Literal, Negative, Operation, Reference, Tree
from surveys.expression.words import Named, in_words
from surveys.paper.only_if import Asked, only_if, quoted

TRUE, FALSE = Call("true", ()), Call("false", ())
#: Stands around the number of a question while its condition is put into words.
_NUMBERED = re.compile("“?\x02([0-9]+)\x03([^”]*)”?")
#: Kinds of which more than one choice can be ticked.
SEVERAL = ("several-choices", "ranking")


class PaperPath(Path):
    """Nobody's way: on paper every choice stands that this audience could be offered."""

    def choices(self, question: WithChoices) -> list[Choice]:
        """What a filter would take away is left in, unless only the audience decides it."""
        keep = question.choice_filter
        if keep is not None and keep.names <= {AUDIENCE} and self.audience:
            return super().choices(question)
        return [each for each in question.choices if self.audience is None or is_for(each.audiences, self.audience)]


class PaperVoice(Voice):
    """Speaks of answers that are not given yet: “(your answer to question 3)”."""

    def __init__(self, survey: Survey, audience: str, language: str, numbers: Mapping[str, int]) -> None:
        super().__init__(PaperPath(survey, {AUDIENCE: audience} if audience else {}), language)
        self.numbers = numbers

    def answer(self, name: str) -> str:
        """What stands in a text where an answer would."""
        question = self.survey.asked(name)
        number = self.numbers.get(question.name) if question else None
        return _("(your answer to question {number})", number=number) if number else "…"


@dataclass(frozen=True)
class Gate:
    """Who answers a part: audiences (none means everybody) and a condition, both reduced to what is still open."""

    audiences: tuple[str, ...] = ()
    tree: Tree = TRUE

    @property
    def open(self) -> bool:
        """Whether everybody who holds the paper answers it."""
        return not self.audiences and self.tree == TRUE


def gate(survey: Survey, part: Page | AnyQuestion, audience: str) -> Gate | None:
    """Who answers the part among those of `audience` (empty: everybody); None where none of them does."""
    if audience and not is_for(part.audiences, audience):
        return None
    tree = reduced(survey, part.relevant.tree, audience) if part.relevant else TRUE
    everybody = audience or set(part.audiences) == set(survey.audience_names())
    return None if tree == FALSE else Gate(() if everybody else part.audiences, tree)


def reduced(survey: Survey, tree: Tree, audience: str) -> Tree:
    """The condition with calculations written out, and with what the audience decides decided."""
    match tree:
        case Reference(name) if calculated := survey.sources.get(name, Source()).calculated:
            return reduced(survey, calculated.value.tree, audience)
        case Operation("and" | "or" as word, left, right):
            return _joined(word, reduced(survey, left, audience), reduced(survey, right, audience))
        case Operation("=" | "!=" as sign, Reference(name), Literal(value)) if name == AUDIENCE and audience:
            return TRUE if (value == audience) == (sign == "=") else FALSE
        case Operation(sign, left, right):
            return Operation(sign, reduced(survey, left, audience), reduced(survey, right, audience))
        case Negative(operand):
            return Negative(reduced(survey, operand, audience))
        case Call(function, arguments):
            return _called(function, tuple(reduced(survey, each, audience) for each in arguments))
    return tree


def _joined(word: str, left: Tree, right: Tree) -> Tree:
    decides, nothing = (FALSE, TRUE) if word == "and" else (TRUE, FALSE)
    if decides in (left, right):
        return decides
    if nothing in (left, right):
        return right if left == nothing else left
    return Operation(word, left, right)


def _called(function: str, arguments: tuple[Tree, ...]) -> Tree:
    if function == "not" and arguments[0] in (TRUE, FALSE):
        return FALSE if arguments[0] == TRUE else TRUE
    return Call(function, arguments)


class Routing:
    """Speaks of gates by the numbers that questions have on this paper."""

    def __init__(self, voice: PaperVoice) -> None:
        self.voice, self.survey, self.numbers = voice, voice.survey, voice.numbers
        types = {name: domain.type for name, domain in domains(voice.survey).items()}
        sources = voice.survey.sources.items()
        self.named = {
            name: Named(self._label(name, source), self._choices(source), types.get(name, "text"))
            for name, source in sources
        }
        self.asked = {name: found for name, source in sources if (found := self._asked(name, source))}

    def _label(self, name: str, source: Source) -> str:
        """In English, for what is said in English."""
        question = source.question
        if question is None:
            return name
        number = self.numbers.get(question.name)
        label = f"\x02{number}\x03" if number else self.voice.say(question.wording)
        return f"{label} ({self._row(source)})" if source.row else f"{label} (written)" if source.part else label

    def _row(self, source: Source) -> str:
        rows = getattr(source.question, "rows", ()) if source.row else ()
        return next((self.voice.say(each.wording) for each in rows if each.name == source.row), "")

    def _choices(self, source: Source) -> dict[str, str]:
        question = source.question
        if question is None or source.part or question.kind not in CHOICES:
            return {}
        return dict(self.voice.choices(question))

    def _asked(self, name: str, source: Source) -> Asked | None:
        """What messages can be about: not what is written beside a choice, which has no number of its own."""
        question = source.question
        number = self.numbers.get(question.name) if question and not source.part else None
        if question is None or number is None:
            return None
        named, row = self.named[name], self._row(source)
        return Asked(number, named.type, named.choices, row, lambda day: LINES["date"](self.voice, question, day)[0])

    def when(self, gate: Gate) -> str | None:
        """The gate as words that go on after “only if”; None where not all of it can be said in every language."""
        said: list[str | None] = [self._who(gate.audiences)] if gate.audiences else []
        said += [only_if(part, self.asked) for part in _parts(gate.tree) if part != TRUE]
        return _(" and ").join(part for part in said if part) if all(said) else None

    def in_english(self, gate: Gate) -> str:
        """The same in English, whatever it is. To be called while English is spoken."""
        said = [self._who(gate.audiences)] if gate.audiences else []
        said += [only_if(part, self.asked) or self._in_words(part) for part in _parts(gate.tree) if part != TRUE]
        return " and ".join(said)

    def _who(self, audiences: tuple[str, ...]) -> str:
        labels = [self.voice.say(each.label) for each in self.survey.audiences if each.name in audiences]
        asking = next((each for each in self.survey.questions if each.kind == "audience"), None)
        number = self.numbers.get(asking.name) if asking else None
        if number is None:
            return _("you are {who}", who=quoted(labels))
        return _("you answered {answers} to question {number}", answers=quoted(labels), number=number)

    def _in_words(self, tree: Tree) -> str:
        return _NUMBERED.sub(r"question \1\2", in_words(tree, self.named))


def _parts(tree: Tree) -> list[Tree]:
    """The parts of `a and b and c`, where each can be said by itself."""
    if isinstance(tree, Operation) and tree.operator == "and":
        return [*_parts(tree.left), *_parts(tree.right)]
    return [tree]
