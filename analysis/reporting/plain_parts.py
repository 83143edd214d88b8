"""The two parts for whoever reads no tables: a summary in plain English, and one that is easy to read. Pure.

Both are written from the figures, in short sentences: the summary for a reading age of nine to eleven, the easy-read
version with one idea to a sentence.
"""

from collections.abc import Iterator

from analysis.findings.shown import MACHINE, Code
from analysis.reporting.document import EASY, LEAD, Block, Bullets, Heading, Note, Paragraph, Part
from analysis.reporting.facts import Facts
from analysis.reporting.wording import in_hundred, listed
from safekeeping.languages import gettext as _

#: So many sections are named as the most spoken of.
MOST_NAMED = 2


def shown_sections(facts: Facts) -> list[Code]:
    """The sections whose share of everybody is shown, the most spoken of first; equal ones in the standard's order."""
    shown = [each for each in facts.sections if facts.overall(each.code).percent is not None]
    return sorted(shown, key=lambda each: -(facts.overall(each.code).percent or 0))


def responses(facts: Facts) -> int | None:
    """How many answered in all, to the nearest five."""
    return facts.profile[-1].responses if facts.profile else None


def summary(facts: Facts) -> Part:
    """The plain-English summary."""
    return Part("summary", _("Summary"), tuple(_summary(facts)))


def _summary(facts: Facts) -> Iterator[Block]:
    number = responses(facts)
    if number is not None:
        yield Paragraph(
            _("About {number} people took part in “{survey}”.", number=f"{number:,}", survey=facts.survey.title), LEAD
        )
    yield Paragraph(
        _(
            "They told us what is right and what is wrong with the help there is. We set what they said next to the "
            "{standard}. This page says what we found.",
            standard=facts.standard.title,
        )
    )
    yield from _found(facts)
    yield Note(_("How sure can you be?"), " ".join(sure(facts)))


def _found(facts: Facts) -> Iterator[Block]:
    shown = shown_sections(facts)
    if not shown:
        yield Paragraph(_("There are not enough answers yet to say what people spoke about."))
        return
    yield Heading(_("What people spoke about"))
    yield Bullets(
        tuple(
            _("{section}: {share}.", section=each.title, share=in_hundred(facts.overall(each.code))) for each in shown
        )
    )
    yield Paragraph(_("One person can speak about more than one thing. So the numbers do not add up to 100."))
    yield from _differing(facts)
    hidden = [each.title for each in facts.sections if each not in shown]
    if hidden:
        yield Paragraph(
            _("We do not show a number for {sections}. It could point to a few people.", sections=listed(hidden))
        )


def _differing(facts: Facts) -> Iterator[Block]:
    said = tuple(_difference_said(facts))
    if said:
        yield Heading(_("Where groups differ"))
        yield Bullets(said)


def _difference_said(facts: Facts) -> Iterator[str]:
    for table in facts.tables:
        names = {each.code: each.name for each in table.groups}
        titles = {each.code: each.title for each in facts.sections}
        for each in table.differences:
            if each.differs and each.code in titles:
                more, less = (each.one, each.other) if each.points > 0 else (each.other, each.one)
                yield _(
                    "{section}: more often from {more} than from {less}.",
                    section=titles[each.code],
                    more=names[more],
                    less=names[less],
                )


def sure(facts: Facts) -> tuple[str, ...]:
    """How sure the figures are, in short sentences."""
    said = [_("A computer read all the answers first.")]
    if MACHINE in facts.kinds:
        said += [
            _("No one has checked its work yet."),
            _("So these numbers show where to look. They are not proof."),
        ]
    else:
        said += [
            _("Then two people read some of them, picked by chance."),
            _("We used what they found to put the numbers right."),
            _("Each number may still be a bit too high or too low."),
        ]
    return (*said, _("The numbers are about the people who took part. Other people may think other things."))


def easy(facts: Facts) -> Part:
    """The easy-read version: big type, wide lines, one idea to a sentence."""
    return Part("easy", _("Easy read"), tuple(_easy(facts)), EASY)


def _easy(facts: Facts) -> Iterator[Block]:
    yield Heading(_("What is this?"))
    yield from _lines(_easy_about(facts))
    yield Heading(_("What did people talk about?"))
    yield from _lines(_easy_found(facts))
    yield Heading(_("Is it true?"))
    yield from _lines(_easy_sure(facts))
    yield Heading(_("Is it safe?"))
    yield from _lines(
        (
            _("We do not say who took part."),
            _("We do not show small numbers."),
            _("A small number could show who someone is."),
        )
    )


def _lines(sentences: Iterator[str] | tuple[str, ...]) -> Iterator[Block]:
    for each in sentences:
        yield Paragraph(each)


def _easy_about(facts: Facts) -> Iterator[str]:
    yield _("We asked people some questions.")
    yield _("The questions were about the help they get.")
    number = responses(facts)
    if number is not None:
        yield _("About {number} people took part.", number=f"{number:,}")
    yield _("Thank you to all of them.")


def _easy_found(facts: Facts) -> Iterator[str]:
    shown = shown_sections(facts)
    if not shown:
        yield _("We cannot say yet.")
        yield _("Too few people have answered.")
        return
    yield _("Think of 100 people.")
    for each in shown:
        number = facts.overall(each.code).percent
        yield _("About {number} of them talked about: {section}.", number=number, section=each.title)
    yield _("A person can talk about many things.")


def _easy_sure(facts: Facts) -> Iterator[str]:
    yield _("A computer read what people wrote.")
    yield _("A computer makes mistakes.")
    if MACHINE in facts.kinds:
        yield _("No person has checked it yet.")
        yield _("So we are not sure.")
    else:
        yield _("Two people checked some of it.")
        yield _("Then we made the numbers better.")
        yield _("The numbers are close to the truth.")
