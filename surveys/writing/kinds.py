"""The kinds of question as people meet them: what each is called, what people see, and what its form asks for."""

from collections.abc import Collection
from dataclasses import dataclass

from safekeeping.languages import gettext as _

#: What the form of every kind has, beside what is its own.
ALL = ("wording", "hint")
#: The kind that a survey has once.
ONCE = "audience"
#: Groups of the list to choose a kind from.
CHOOSING, RATING, WRITING, AGREEING, OTHERS = (
    _("People choose"),
    _("People rate"),
    _("People write"),
    _("People agree"),
    _("Other things"),
)


@dataclass(frozen=True)
class Kind:
    """A kind of question. `fields` are the parts of its form, `answered` whether there is anything to answer."""

    name: str
    title: str
    seen: str
    group: str
    fields: tuple[str, ...] = ()
    answered: bool = True


#: Kind -> how it is offered, in the order offered.
KINDS_OFFERED = {
    kind.name: kind
    for kind in (
        Kind(
            "one-choice",
            _("One answer from a list"),
            _("Answers one below the other, with a button before each. People press one."),
            CHOOSING,
            ("choices", "other", "shown_as", "choice_filter"),
        ),
        Kind(
            "several-choices",
            _("Several answers from a list"),
            _("Answers one below the other, with a box before each. People tick as many as they like."),
            CHOOSING,
            ("choices", "other", "at_least", "at_most", "choice_filter"),
        ),
        Kind("yes-no", _("Yes or no"), _("Two buttons: Yes and No."), CHOOSING, ("yes", "no")),
        Kind(
            "ranking",
            _("Put in order"),
            _("A list of things. People say which comes first, second and so on."),
            CHOOSING,
            ("choices", "at_most", "choice_filter"),
        ),
        Kind(
            "scale",
            _("One thing on a scale"),
            _("A row of points, such as “Very badly” to “Very well”. People press one."),
            RATING,
            ("labels", "points", "ends", "apart_offered", "apart"),
        ),
        Kind(
            "scale-grid",
            _("Several things on the same scale"),
            _("A list of things. Below each stands the same row of points."),
            RATING,
            ("rows", "labels", "points", "ends", "apart_offered", "apart"),
        ),
        Kind(
            "clause-view",
            _("What to do with a clause"),
            _("The words of a clause. People press keep, change, remove or not sure, and may say why."),
            RATING,
            ("clause", "text", "longest"),
        ),
        Kind(
            "long-text", _("A long answer"), _("A large box. People write as much as they like."), WRITING, ("longest",)
        ),
        Kind("short-text", _("A short answer"), _("A box of one line."), WRITING, ("longest",)),
        Kind(
            "number",
            _("A number"),
            _("A small box for a number, with what it counts behind it."),
            WRITING,
            ("unit", "least", "most", "decimals"),
        ),
        Kind(
            "date",
            _("A date"),
            _("Boxes for a day, a month and a year, or only for some of them."),
            WRITING,
            ("precision", "earliest", "latest"),
        ),
        Kind(
            "postcode-area",
            _("The first half of a postcode"),
            _("A small box. What people write of the second half is not kept."),
            WRITING,
        ),
        Kind(
            "consent",
            _("Something to agree to"),
            _("A statement with two buttons: Yes, I agree, and No."),
            AGREEING,
            ("yes", "no"),
        ),
        Kind(
            "information",
            _("Words to read"),
            _("A note between questions. There is nothing to answer."),
            OTHERS,
            (),
            False,
        ),
        Kind(
            "audience",
            _("Who is answering"),
            _("The audiences of the survey, with a button before each. It stands on the first page."),
            OTHERS,
        ),
    )
}


def by_group(asked: Collection[str] = ()) -> dict[str, list[Kind]]:
    """The kinds under what people do, in the order offered; who is answering is not asked again if it is `asked`."""
    grouped: dict[str, list[Kind]] = {}
    for kind in KINDS_OFFERED.values():
        if kind.name == ONCE and ONCE in asked:
            continue
        grouped.setdefault(kind.group, []).append(kind)
    return grouped
