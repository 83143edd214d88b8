"""Evidence packs: one document for a section, with all that speaks to it and nothing that is withheld."""

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from analysis.quoting import ledger
from analysis.quoting.tables import QuoteLedger
from analysis.revision.tables import ClauseDocument, CycleSurvey, ProposalComment, ProposalVote
from safekeeping.trail import TrailRow
from safekeeping.vault import Vault
from tests.analysis.quoting.quoted import RELEASED_WORDS
from tests.analysis.revision.revised import RATIONALE, REASON, Revision
from tests.analysis.revision.test_next_pages import sent
from tests.factories import NOW, let_in

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
Look = Callable[[Any], list[Any]]


@pytest.fixture
def revision(session: Session, keys: Vault, engine: Engine) -> Revision:
    """A revision with decisions, a vote, a comment and a document."""
    revision = Revision(session, keys, engine)
    revision.go_through()
    last = revision.propose(6, "change", "AE2", wording="An open question.")
    session.add(ProposalVote(proposal_id=last.id, vote="against", name="Somebody Else", made_at=NOW))
    session.add(ProposalComment(proposal_id=last.id, text="My cousin runs one.", interest=True, made_at=NOW))
    more = {"clause_id": revision.id_of("AE2"), "title": "A review of helplines", "made_at": NOW}
    session.add(ClauseDocument(cycle_id=revision.cycle.id, address="https://example.org/review", note="", **more))
    session.commit()
    return revision


def words(content: bytes) -> str:
    file = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in file.paragraphs), *cells])


def test_a_pack_holds_what_speaks_to_its_section(app: Flask, revision: Revision, look: Look) -> None:
    desk = let_in(app, revision.session, "A reviewer", ["reviewer"])
    address = f"/desk/revise/{revision.key}/packs"
    assert "3 proposals" in desk.get(address).text
    made = sent(desk, address, section=revision.id_of("AE"))
    assert made.status_code == 200
    said = words(made.data)
    for each in (
        "Services say where they are, also after hours.",
        "A way back in",
        RATIONALE,
        REASON,
        RELEASED_WORDS,
        "It is to be decided.",
        "Somebody Else: against",
        "1 conflict of interest was declared.",
        "A review of helplines (https://example.org/review)",
        "Between Survivors and Providers no difference about “Access and Engagement” can be told from chance.",
        "Withheld for Somebody else.",
        "How this was done",
    ):
        assert each in said, each
    assert "My cousin" not in said
    assert "Nobody spoke of it" not in said, "another section's"
    uses = look(select(QuoteLedger).where(QuoteLedger.act == ledger.USE))
    assert [each.place for each in uses] == ["evidence pack AE"]
    assert look(select(TrailRow).where(TrailRow.verb == "made pack"))[0].object == "mdan AE"


def test_headings_lead_through_it(app: Flask, revision: Revision) -> None:
    made = sent(let_in(app, revision.session), f"/desk/revise/{revision.key}/packs", section=revision.id_of("AE"))
    file = docx.Document(io.BytesIO(made.data))
    first = [each.text for each in file.paragraphs if each.style and each.style.name == "Heading 1"]
    assert first[0] == "In short"
    assert first[1] == "The section as a whole"
    assert [each[:3] for each in first[2:7]] == ["AE1", "AE2", "AE3", "AE4", "AE5"]
    assert first[-1].startswith("How this was done:")


def test_without_a_survey_it_says_so(app: Flask, revision: Revision, session: Session) -> None:
    session.execute(CycleSurvey.__table__.delete())  # type: ignore[attr-defined]
    session.commit()
    desk, address = let_in(app, session), f"/desk/revise/{revision.key}/packs"
    assert "Packs then hold clauses and proposals only." in desk.get(address).text
    said = words(sent(desk, address, section=revision.id_of("AE")).data)
    assert "No survey gives this revision its evidence yet." in said
    assert "No figure speaks to it." in said


def test_what_is_no_section_is_not_found(app: Flask, revision: Revision) -> None:
    desk, address = let_in(app, revision.session), f"/desk/revise/{revision.key}/packs"
    for section in ("", "nothing", revision.id_of("LG1")):
        assert sent(desk, address, section=section).status_code == 404
    for key in ("00" * 16, "no key"):
        assert sent(desk, address.replace(revision.key, key), section=revision.id_of("LG")).status_code == 404


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not there")
def test_libreoffice_reads_it(app: Flask, revision: Revision, tmp_path: Path) -> None:
    made = sent(let_in(app, revision.session), f"/desk/revise/{revision.key}/packs", section=revision.id_of("AE"))
    (tmp_path / "pack.docx").write_bytes(made.data)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "pack.docx"], cwd=tmp_path, check=True, capture_output=True, timeout=180)
    assert (tmp_path / "pack.pdf").stat().st_size > 20_000
