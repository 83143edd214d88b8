"""What does not go with the many: views that fewer gave, what few named but somebody is quoted on, what is withheld.

Pure. Made of shown figures; where a share is withheld it says so, and nothing about how many there were.
"""

from collections.abc import Collection, Iterator, Sequence

from analysis.findings.shown import ALL, STANCE, ShownTable
from analysis.revision.evidence_words import share_said
from analysis.revision.verdicts import Verdicts
from safekeeping.languages import gettext as _

#: Up to this share of responses, few named something.
FEW = 10


def dissent_in(
    table: ShownTable | None,
    section: str,
    codes: Collection[str],
    quoted: Collection[str],
    verdicts: Sequence[Verdicts],
) -> tuple[str, ...]:
    """Sentences on what was said against the many. `section`: code of the clause's section; `codes`: by which it is
    read; `quoted`: the codes that released quotes are about."""
    told = [each for of_clause in verdicts for each in _of_verdicts(of_clause)]
    if table is None:
        return tuple(told)
    return (*_of_stances(table, section), *_few_named(table, codes, quoted), *told)


def _of_stances(table: ShownTable, section: str) -> Iterator[str]:
    every = [each for each in table.codes if each.level == STANCE and each.section == section]
    shares = {each.title: table.figures[each.code, ALL].percent for each in every if (each.code, ALL) in table.figures}
    shown = sorted(((share, name) for name, share in shares.items() if share is not None), reverse=True)
    if len(shown) > 1:
        most, called = shown[0]
        yield _(
            "In this section no stance was more common than “{stance}” ({share} of responses). Beside it: {others}.",
            stance=called,
            share=share_said(most),
            others=", ".join(f"“{name}” ({share_said(share)})" for share, name in shown[1:]),
        )
    withheld = [name for name, share in shares.items() if share is None]
    if withheld:
        yield _(
            "Withheld, so that no figure tells of a few people: {stances}. That is not to say that nobody thought so.",
            stances=", ".join(f"“{name}”" for name in withheld),
        )


def _few_named(table: ShownTable, codes: Collection[str], quoted: Collection[str]) -> Iterator[str]:
    for code in table.codes:
        figure = table.figures.get((code.code, ALL))
        if code.code not in codes or figure is None:
            continue
        there = code.code in quoted
        if figure.percent is None:
            yield _withheld(code.title, there)
        elif figure.percent <= FEW:
            yield _few(code.title, share_said(figure.percent), there)


def _withheld(title: str, quoted: bool) -> str:
    if quoted:
        return _(
            "The share that named “{code}” is withheld, so that no figure tells of a few people. What was said about "
            "it is quoted here all the same.",
            code=title,
        )
    return _(
        "The share that named “{code}” is withheld, so that no figure tells of a few people, and no quote about it "
        "was released.",
        code=title,
    )


def _few(title: str, share: str, quoted: bool) -> str:
    if quoted:
        return _("Few named “{code}” ({share}), and what was said about it is quoted here.", code=title, share=share)
    return _("Few named “{code}” ({share}), and no quote about it was released.", code=title, share=share)


def _of_verdicts(each: Verdicts) -> Iterator[str]:
    """What fewer wanted to be done with the clause than most did."""
    shown = sorted(((line.base, line.called) for line in each.lines if line.base is not None), reverse=True)
    if len(shown) > 1:
        told = ", ".join(_("“{verdict}” by about {number}", verdict=name, number=count) for count, name in shown[1:])
        yield _(
            "Asked what to do with it, no answer was more common than “{verdict}”. Beside it: {others}.",
            verdict=shown[0][1],
            others=told,
        )
    if each.withheld:
        yield _(
            "How many chose these is withheld, so that no figure tells of a few people: {verdicts}.",
            verdicts=", ".join(f"“{name}”" for name in each.withheld),
        )
