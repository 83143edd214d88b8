"""The forms that codings can be had in, beside those of the data file, and the files each consists of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy.orm import Session

from analysis.code_books.versions import edition_named
from analysis.exchange.as_annotations import write_annotations
from analysis.exchange.as_project import About, project_of
from analysis.exchange.as_table import write_csv, write_xlsx
from analysis.exchange.code_tree import code_tree, guids_of
from analysis.exchange.coded_texts import CodedTexts
from analysis.exchange.guids import Mark
from analysis.exchange.qdpx_writing import write_qdpx
from analysis.sharing.describing import plain
from analysis.sharing.formats import Form
from analysis.sharing.frozen import surveys_of
from analysis.sharing.made_files import ALL_WORDS, NO_WORDS, QUOTABLE
from analysis.sharing.packing import Extra
from analysis.sharing.wave import Wave
from safekeeping.languages import gettext as _
from safekeeping.vault import Opener
from surveys.definition.published import PublishedSurvey
from surveys.definition.questions import free_texts
from surveys.definition.survey import Survey

PROJECT, WITH_MODEL, CODINGS = "qdpx", "qdpx-model", "codings"
CODED_FORMS: dict[str, Form] = {
    PROJECT: Form(
        _("Coded project"),
        _(
            "as REFI-QDA, for MAXQDA, NVivo, ATLAS.ti and QualCoder. It holds people’s words, and who answered where "
            "ten or more of each audience did"
        ),
        (),
    ),
    WITH_MODEL: Form(
        _("Coded project with suggestions"),
        _("the same, with what the machine suggested as a coder of its own"),
        (),
    ),
    CODINGS: Form(
        _("Codings"),
        _("who gave which code to which passage, as CSV, Excel workbook and W3C Web Annotations"),
        (),
    ),
}
#: Forms that are nothing without people's words.
NEED_WORDS = frozenset({PROJECT, WITH_MODEL})
#: Which words go along -> of which texts: those that may be quoted, and those that may not.
OF_TEXTS = {NO_WORDS: frozenset[bool](), QUOTABLE: frozenset({True}), ALL_WORDS: frozenset({True, False})}


@dataclass(frozen=True)
class Wanted:
    """What a file of codings is made from: a frozen wave, the keys, and which words go along."""

    session: Session
    wave: Wave
    opener: Opener
    mark: Mark
    words: str

    def texts(self, all_of_them: bool, model: bool = False) -> CodedTexts:
        """The texts of the wave with what was decided about them."""
        edition = edition_named(self.session, self._survey.standard)
        return CodedTexts(self.session, self.wave, self.opener, self.mark, edition, all_of_them, model)

    @property
    def _survey(self) -> Survey:
        return surveys_of(self.session, self.wave)[-1]

    @property
    def about(self) -> About:
        """What the project is called and asks, in the newest wording."""
        asked = [question for each in surveys_of(self.session, self.wave) for question in each.questions]
        wordings = {name: plain(each.wording) for each in asked for name in free_texts(each)}
        address = self.session.get_one(PublishedSurvey, self.wave.survey_id).address
        return About(self._survey.title, address, wordings, self._survey.audience_names())


def extras(forms: Sequence[str], wanted: Wanted) -> tuple[Extra, ...]:
    """The files of the chosen forms. A project without leave for any words is none."""
    chosen = [name for name in CODED_FORMS if name in forms]
    if wanted.words == NO_WORDS:
        chosen = [name for name in chosen if name not in NEED_WORDS]
    return tuple(extra for name in chosen for extra in FILES[name](wanted))


def _project(name: str, what: str, model: bool) -> Callable[[Wanted], tuple[Extra, ...]]:
    def files(wanted: Wanted) -> tuple[Extra, ...]:
        def write(out: BinaryIO) -> None:
            texts = wanted.texts(wanted.words == ALL_WORDS, model)
            tree = code_tree(texts.edition)
            write_qdpx(project_of(texts, tree, guids_of(texts.edition), wanted.about), out)

        return (Extra(name, what, write),)

    return files


def _codings(wanted: Wanted) -> tuple[Extra, ...]:
    texts, words = wanted.texts(all_of_them=True), OF_TEXTS[wanted.words]
    return (
        Extra("codings.csv", "who gave which code to which passage", lambda out: write_csv(texts, words, out)),
        Extra("codings.xlsx", "the same as a workbook", lambda out: write_xlsx(texts, words, out)),
        Extra("codings.jsonld", "the same as W3C Web Annotations", lambda out: write_annotations(texts, words, out)),
    )


FILES: dict[str, Callable[[Wanted], tuple[Extra, ...]]] = {
    PROJECT: _project("codings.qdpx", "texts and codings as a REFI-QDA project", model=False),
    WITH_MODEL: _project(
        "codings-and-suggestions.qdpx", "the same with the machine’s suggestions as a coder of its own", model=True
    ),
    CODINGS: _codings,
}
