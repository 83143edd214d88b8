"""The parts that hold figures: who took part, findings by section, differences, themes, what is withheld. Pure."""

from collections.abc import Iterator

from analysis.findings.charts.said import by_groups
from analysis.findings.shown import ALL, STANCE, THEME, Code, ShownTable
from analysis.reporting.document import (
    LEAD,
    Block,
    Bullets,
    Heading,
    Note,
    Paragraph,
    Part,
    Picture,
    Table,
    without_empty,
)
from analysis.reporting.facts import Facts
from analysis.reporting.plain_parts import shown_sections
from analysis.reporting.wording import (
    KIND_CALLED,
    KIND_SAID,
    WHY_ELSE,
    base,
    count,
    in_full,
    interval,
    listed,
    percent,
    share,
)
from safekeeping.languages import gettext as _


def people(facts: Facts) -> Part:
    """How people took part: the response profile."""
    return Part("people", _("How people took part"), tuple(_people(facts)))


def _people(facts: Facts) -> Iterator[Block]:
    survey = facts.survey
    yield Paragraph(
        _("People answered “{survey}” by invitation.", survey=survey.title)
        if survey.by_invitation
        else _("Anybody who came to the survey “{survey}” could answer it.", survey=survey.title)
    )
    if facts.charts.people:
        yield Picture(facts.charts.people)
    yield Table(
        _("How many answered, to the nearest five"),
        (_("Audience"), _("Responses"), _("Passages")),
        tuple((each.name, count(each.responses), count(each.passages)) for each in facts.profile),
        _("A passage is about a sentence: each was read by itself."),
    )
    yield Note(
        _("Who is not in these figures"),
        _(
            "These are the people who chose to answer. They were not drawn at random from all whom this concerns, so "
            "the figures speak of them and of nobody else. No name, address or time of answering was kept."
        ),
    )


def findings(facts: Facts) -> Part:
    """Findings section by section: the chart, its figures as a table, stances, and what people said."""
    return Part("findings", _("What people spoke about"), tuple(_findings(facts)))


def _findings(facts: Facts) -> Iterator[Block]:
    yield Paragraph(_lead(facts), LEAD)
    yield Note(_("How to read these figures"), " ".join(_(KIND_SAID[kind]) for kind in facts.kinds[:2]))
    yield from map(Picture, facts.charts.together)
    for code in facts.sections:
        yield from _section(facts, code)


def _lead(facts: Facts) -> str:
    shown = shown_sections(facts)
    if not shown:
        return _("There are not enough answers yet to show a share of everybody.")
    most = shown[0]
    said = _("{section} was spoken of most: {share}.", section=most.title, share=in_full(facts.overall(most.code)))
    if len(shown) > 1:
        least = shown[-1]
        said += " " + _("Least: {section}, {share}.", section=least.title, share=in_full(facts.overall(least.code)))
    return said


def _section(facts: Facts, code: Code) -> Iterator[Block]:
    yield Heading(code.title, 2, facts.colour(code.code))
    yield Paragraph(" ".join(section_sentences(facts, code)))
    chart = facts.charts.of_section.get(code.code)
    if chart:
        yield Picture(chart)
    for table in facts.tables:
        yield groups_table(table, code)
    yield from _stances(facts, code)
    quotes = facts.quotes.get(code.code, ())
    if quotes:
        yield Heading(_("In people’s own words"), 3)
        yield from quotes


def section_sentences(facts: Facts, code: Code) -> tuple[str, ...]:
    """What is found about a section, in at most three sentences."""
    overall = facts.overall(code.code)
    said = [
        _("{share} of all responses speak to this section.", share=_first_up(in_full(overall)))
        if overall.percent is not None
        else _("The share of all responses is withheld: it would be worked out from a figure that is withheld.")
    ]
    groups = _by_share(facts.main, code)
    if groups:
        most, least = groups[0], groups[-1]
        if most[0] != least[0]:
            said.append(
                _(
                    "It is {most} among {more}, the most of any group, and {least} among {fewer}, the least.",
                    most=percent(most[0]),
                    more=most[1],
                    least=percent(least[0]),
                    fewer=least[1],
                )
            )
    hidden = [group.name for group in facts.main.groups if facts.main.of(code.code, group.code).percent is None]
    if hidden:
        said.append(_("Withheld: {groups}.", groups=listed(hidden)))
    return tuple(said[:3])


def _by_share(table: ShownTable, code: Code) -> list[tuple[int, str]]:
    """The groups whose share of a code is shown, the largest first."""
    every = [(table.of(code.code, group.code).percent, group.name) for group in table.groups if group.code != ALL]
    return sorted([(number, name) for number, name in every if number is not None], key=lambda each: -each[0])


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


def groups_table(table: ShownTable, code: Code) -> Table:
    """The shares of one code by group, each with its range and what kind of figure it is."""
    rows = tuple(
        (
            group.name,
            base(group),
            share(figure := table.of(code.code, group.code)),
            interval(figure),
            _(KIND_CALLED[figure.kind]),
        )
        for group in table.groups
    )
    header = (table.title, _("Responses"), _("Share"), _("Range"), _("Kind of figure"))
    named = _("{code} {by_groups}", code=code.title, by_groups=by_groups(table))
    return without_empty(Table(named, header, rows), _("Range"))


def _stances(facts: Facts, section: Code) -> Iterator[Block]:
    table = facts.main
    mine = [each for each in table.at(STANCE) if each.section == section.code]
    if mine:
        rows = tuple((each.title, share(figure := table.of(each.code, ALL)), interval(figure)) for each in mine)
        header = (_("Stance"), _("Share"), _("Range"))
        note = _("Of all responses. One response can hold several stances.")
        spoken = Table(_("{code}: how people spoke of it", code=section.title), header, rows, note)
        yield without_empty(spoken, _("Range"))


def differences(facts: Facts) -> Part:
    """Differences between audiences, or waves, with their intervals."""
    return Part("differences", _("Where groups differ"), tuple(_differences(facts)))


def _differences(facts: Facts) -> Iterator[Block]:
    tested = [table for table in facts.tables if table.differences]
    if not tested:
        yield Paragraph(
            _(
                "No difference is tested. Shares that nobody has checked can be wrong by more for one group than for "
                "another, so a test between them would mean nothing. Draw an audit sample and have it coded first."
            )
        )
        return
    yield Paragraph(
        _(
            "A difference counts as one only if it stands when all differences of its table are looked at together "
            "(Holm’s correction, 5 %)."
        )
    )
    for table in tested:
        yield _differing(table)


def _differing(table: ShownTable) -> Table:
    titles = {each.code: each.title for each in table.codes}
    names = {each.code: each.name for each in table.groups}
    rows = tuple(
        (
            titles[each.code],
            _("{one} less {other}", one=names[each.one], other=names[each.other]),
            f"{each.points:+d}".replace("-", "−"),
            _("{low} to {high}", low=f"{each.low:+d}", high=f"{each.high:+d}").replace("-", "−"),
            _("yes") if each.differs else _("cannot be told"),
        )
        for each in table.differences
    )
    header = (_("Section"), _("Between"), _("Points"), _("Range"), _("Do they differ?"))
    return Table(_("Differences {by_groups}, in points of per cent", by_groups=by_groups(table)), header, rows)


def themes(facts: Facts) -> Part:
    """The themes of each section, the most spoken of first."""
    return Part("themes", _("Themes"), tuple(_themes(facts)))


def _themes(facts: Facts) -> Iterator[Block]:
    found = facts.main.at(THEME)
    yield from map(Picture, facts.charts.themes)
    if not found:
        yield Paragraph(
            _("Themes are not counted yet. A section’s share says how many responses speak to any of them.")
        )
        return
    yield Paragraph(
        _("Each section has themes. The share is of all responses; themes overlap, so shares do not add up.")
    )
    for section in facts.sections:
        mine = [each for each in found if each.section == section.code]
        if mine:
            yield Heading(section.title, 2, facts.colour(section.code))
            yield _themes_table(facts, section, mine)


def _themes_table(facts: Facts, section: Code, mine: list[Code]) -> Table:
    by_share = sorted(mine, key=lambda each: -(-1 if (p := facts.overall(each.code).percent) is None else p))
    rows = tuple(
        (each.title, share(figure := facts.overall(each.code)), interval(figure), _(KIND_CALLED[figure.kind]))
        for each in by_share
    )
    header = (_("Theme"), _("Share"), _("Range"), _("Kind of figure"))
    return without_empty(Table(_("Themes of {section}", section=section.title), header, rows), _("Range"))


def withheld(facts: Facts) -> Part:
    """What is withheld, and why."""
    return Part("withheld", _("What is withheld, and why"), tuple(_withheld(facts)))


def _withheld(facts: Facts) -> Iterator[Block]:
    yield Paragraph(
        _(
            "Somebody who knows a person could look for them in a table. So no figure here tells of fewer than {least} "
            "people, sizes are to the nearest five, and nothing shown can be used to work out what is not.",
            least=facts.methods.least,
        )
    )
    every = [(place, table) for table in facts.tables for place, each in table.figures.items() if each.percent is None]
    if not every:
        yield Paragraph(_("In this report no share is withheld."))
        return
    whys = {table.figures[place].why for place, table in every}
    reasons = dict.fromkeys([*facts.notes, *(facts.reasons.get(why, _(WHY_ELSE)) for why in sorted(whys))])
    yield Bullets(tuple(reasons))
    yield from (_withheld_table(facts, table) for table in facts.tables)


def _withheld_table(facts: Facts, table: ShownTable) -> Table:
    rows = tuple(
        (group.name, _named(facts, table, hidden))
        for group in table.groups
        if (hidden := [each for each in table.codes if table.of(each.code, group.code).percent is None])
    )
    header = (table.title, _("Withheld"))
    return Table(_("Withheld in the table {by_groups}", by_groups=by_groups(table)), header, rows, figures=False)


def _named(facts: Facts, table: ShownTable, codes: list[Code]) -> str:
    if len(codes) == len(table.codes):
        return _("everything")
    return listed(code_named(facts, each) for each in codes)


def code_named(facts: Facts, code: Code) -> str:
    """What a code is called where it does not stand under its section."""
    if code.level != STANCE:
        return code.title
    return _(
        "{section} ({stance})",
        section={each.code: each.title for each in facts.sections}[code.section],
        stance=code.title,
    )
