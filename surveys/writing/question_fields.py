"""The fields of the form for a question: what each is called, what it explains, and how it is filled in."""

from dataclasses import dataclass

from safekeeping.languages import gettext as _
from surveys.writing.kinds import KINDS_OFFERED


@dataclass(frozen=True)
class Field:
    """One field. `type` says how it looks and is read; `options` are value -> label where one is chosen.

    Types: wording (several lines), line (a wording of one line), text, expression, number, tick, choose, rows, ends.
    """

    name: str
    type: str
    label: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()

    def said_options(self) -> list[tuple[str, str]]:
        """The options in the language spoken now."""
        return [(value, _(label)) for value, label in self.options]


FIELDS = {
    field.name: field
    for field in (
        Field("wording", "wording", _("The words people read"), _("Ask one thing. Short words are best.")),
        Field("hint", "line", _("Hint (optional)"), _("One sentence that stands below the question.")),
        Field("choices", "rows", _("Answers to choose from")),
        Field("rows", "rows", _("Things to rate")),
        Field("labels", "rows", _("Points of the scale, the lowest first")),
        Field("points", "number", _("How many points"), _("From 2 to 11, only if you name nothing but the two ends.")),
        Field("ends", "ends", _("The two ends")),
        Field(
            "other",
            "line",
            _("Last answer that is written out (optional)"),
            _("For instance: Something else. Beside it stands a box to say what."),
        ),
        Field(
            "shown_as",
            "choose",
            _("Shown as"),
            _("A list to open saves room where there are more than about twelve answers."),
            (("buttons", _("buttons, all to be seen")), ("list", _("a list to open"))),
        ),
        Field(
            "choice_filter",
            "expression",
            _("Which answers are offered (optional)"),
            _("A condition on the marks of the answers, such as: region = ${region}"),
        ),
        Field("at_least", "number", _("The fewest to choose (optional)")),
        Field("at_most", "number", _("The most to choose (optional)")),
        Field("apart_offered", "tick", _("Offer a way to say “I do not know”")),
        Field("apart", "line", _("In place of “I do not know” (optional)"), _("For instance: Does not apply to me.")),
        Field("clause", "text", _("Code of the clause"), _("As the standard writes it, such as AE3.")),
        Field("text", "wording", _("What the clause says")),
        Field("longest", "number", _("The most characters (optional)")),
        Field("unit", "line", _("What is counted (optional)"), _("Stands behind the box, such as: weeks.")),
        Field("least", "number", _("The least"), _("0 unless you say otherwise.")),
        Field("most", "number", _("The most (optional)")),
        Field("decimals", "tick", _("Allow parts of whole numbers, such as 2.5")),
        Field(
            "precision",
            "choose",
            _("How exact"),
            _("A month or a year is often enough, and tells less about who answers."),
            (("day", _("the day")), ("month", _("the month")), ("year", _("the year"))),
        ),
        Field(
            "earliest", "text", _("The earliest (optional)"), _("As 2026-11-22, 2026-11 or 2026, or the word today.")
        ),
        Field("latest", "text", _("The latest (optional)"), _("As 2026-11-22, 2026-11 or 2026, or the word today.")),
        Field("yes", "line", _("In place of “Yes” (optional)")),
        Field("no", "line", _("In place of “No” (optional)")),
        Field("relevant", "expression", _("Condition"), _("Leave it blank to ask always.")),
        Field(
            "required_because",
            "line",
            _("Must be answered because (optional)"),
            _("People may skip a question unless you say here why not."),
        ),
        Field("personal", "tick", _("It is personal: offer “I would rather not say”")),
        Field("asked_because", "line", _("Why it is asked (optional)"), _("People read it with a personal question.")),
        Field(
            "constraint",
            "expression",
            _("What an answer must fulfil (optional)"),
            _("A dot stands for the answer, such as: . <= 24"),
        ),
        Field(
            "constraint_message", "line", _("What people read if it does not"), _("Say what they should write instead.")
        ),
        Field(
            "interviewer_note", "wording", _("Note for interviewers (optional)"), _("People who answer do not see it.")
        ),
    )
}

#: What the form of a question that is answered asks for beside what belongs to its kind.
OF_ANSWERS = ("required_because", "personal", "asked_because", "constraint", "constraint_message", "interviewer_note")
#: Ticks that are set unless somebody takes them away.
SET_AT_FIRST = ("apart_offered",)


def fields_of(kind: str) -> tuple[str, ...]:
    """The names of the fields that a question of this kind has."""
    own = KINDS_OFFERED[kind].fields
    who_answers = kind == "audience"
    asked = () if who_answers else ("relevant",)
    answers = ("required_because", "interviewer_note") if who_answers else OF_ANSWERS
    return ("wording", "hint", *own, *asked, *(answers if KINDS_OFFERED[kind].answered else ()))


#: What a new question of a kind begins with.
BEGIN: dict[str, dict[str, object]] = {
    "scale": {"labels": ["Very badly", "Badly", "In between", "Well", "Very well"]},
    "scale-grid": {"labels": ["Very badly", "Badly", "In between", "Well", "Very well"]},
    "several-choices": {"hint": "Choose all that fit."},
    "long-text": {"hint": "Write as much or as little as you like."},
    "audience": {
        "wording": "Which of these is closest to you?",
        "required_because": "It decides which questions you see.",
    },
}


def begun(kind: str) -> dict[str, object]:
    """A new question of this kind, not yet written."""
    return {"kind": kind, "wording": "", **BEGIN.get(kind, {})}
