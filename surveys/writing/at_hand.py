"""The survey that a staff page is about while it is being written, and the links between its pages."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import g, url_for

from safekeeping.database import kept
from safekeeping.languages import gettext as _
from surveys.definition.load import Fault
from surveys.definition.published import PublishedSurvey, published
from surveys.definition.survey import Survey
from surveys.writing.plain_wording import said
from surveys.writing.written import Tables, WrittenSurvey, as_survey, being_written, tables_of, written_by_id

#: What writing itself is called among them.
WRITE = _("Write")
#: The pages between writing and answering, in the order of the work: what they are called, and their endpoints.
STEPS = (
    (_("Preview"), "preview.preview"),
    (_("On paper"), "paper.print_written"),
    (_("Translate"), "words.languages"),
    (_("Question bank"), "bank.choose_question"),
    (_("Try it"), "launch.trial"),
    (_("Check and publish"), "launch.look_over"),
)


@dataclass(frozen=True)
class AtHand:
    """One survey that is being written: its row, and its tables as they are now."""

    row: WrittenSurvey
    tables: Tables

    @property
    def id(self) -> str:
        """Its id as it stands in addresses."""
        return self.row.id.hex()

    @property
    def title(self) -> str:
        """What staff call it."""
        return said(self.tables.get("title")) or _("A survey without a title")

    @property
    def writing(self) -> str:
        """The address where it is written."""
        return f"/desk/write/{self.id}"

    @cached_property
    def _read(self) -> tuple[Survey | None, list[Fault]]:
        return as_survey(self.tables)

    @property
    def survey(self) -> Survey | None:
        """The survey, if nothing is wrong with it."""
        return self._read[0]

    @property
    def faults(self) -> list[Fault]:
        """What is wrong with it."""
        return self._read[1]

    def steps(self) -> list[tuple[str, str]]:
        """The pages around it: what each is called, and its address."""
        around = [(called, url_for(endpoint, written_id=self.id)) for called, endpoint in STEPS]
        return [(WRITE, self.writing), *around]

    def place(self, page: str, question: str = "", language: str = "", calculated: str = "") -> str:
        """The address where a page, a question, a language or a calculated value of it is mended."""
        if calculated:
            return url_for("calculated.edit", written_id=self.id, name=calculated)
        if language:
            return url_for("words.translate_into", written_id=self.id, language=language)
        if question:
            return f"{self.writing}/question/{question}"
        return f"{self.writing}/page/{page}" if page else f"{self.writing}/settings"


def at_hand(written_id: str) -> AtHand:
    """The survey of that id (hex). Raises `sqlalchemy.exc.NoResultFound`."""
    row = written_by_id(kept(), written_id)
    return AtHand(row, tables_of(kept(), row))


def published_for(action: str) -> list[PublishedSurvey]:
    """The published surveys with which the visitor may do this."""
    return [row for row in published(kept()) if g.person.may(action, row.consultation_id)]


def drafts_for(action: str) -> list[WrittenSurvey]:
    """The surveys being written with which the visitor may do this."""
    return [row for row in being_written(kept()) if g.person.may(action, row.consultation_id)]


def languages_of(tables: dict[str, Any]) -> list[str]:
    """The languages a survey is translated into, as far as they are written down."""
    return [str(tag) for tag in tables.get("languages", ()) if isinstance(tag, str)]
