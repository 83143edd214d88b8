"""A consultation with somebody who may be quoted: what tests of quotes begin with."""

from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from analysis.coding.tables import Passage
from analysis.quoting import proposing, reviewing
from analysis.quoting.checklist import APPROVED, ASKED
from analysis.quoting.proposing import Desk, Where
from analysis.quoting.released import Quote, released_quotes
from analysis.quoting.releasing import release_quotes
from analysis.quoting.standing import Standing, standing_of
from analysis.quoting.texts import version_edits
from safekeeping.jobs import Bench
from safekeeping.staff import add_staff
from safekeeping.vault import Opener, Vault, random_id
from surveys.intake.mix import mix
from surveys.intake.read import read_all
from surveys.intake.submit import Submission, submit
from tests.factories import NOW, as_open, opener_of, published_survey

WORDS = "In Leeds my ex Mandy took the keys. Denise at the project rang me every week after that."
RELEASED_WORDS = "In [town] my ex [name] took the keys. [name] at the project rang me every week after that."
OTHERS = "The waiting room was warm and somebody had thought about the chairs, which I did not expect."
NONE = dict.fromkeys(ASKED, "no")
HANDLE = b"q" * 16


class Consultation:
    """Twelve answers, eleven of survivors; one allows quoting, and two people look after quotes."""

    def __init__(self, session: Session, keys: Vault, engine: Engine) -> None:
        self.session, self.keys = session, keys
        self.row = published_survey(session, keys, "quoting/each")
        self.ann, self.ben, self.cai = (add_staff(session, name, ["coder"]).id for name in ("Ann", "Ben", "Cai"))
        self.bench = Bench(engine, keys, lambda done, total: None, {})
        self.send(WORDS, OTHERS, where="friends", ticked=("helped", "more"), handle=HANDLE)
        for _ in range(10):
            self.send(OTHERS, OTHERS, ticked=())
        self.send(OTHERS, "", audience="provider", where="friends", ticked=("helped",))
        self.opener: Opener = opener_of(keys, self.row)
        mix(session, self.row.id, self.opener, closing=True)
        for response in list(read_all(session, self.row.id, self.opener)):
            for name in ("helped", "more"):
                if words := response.answers.get(name):
                    allowed = name in response.quotable
                    session.add(
                        Passage(response_id=response.id, question=name, start=0, end=len(words), may_quote=allowed)
                    )
        session.flush()

    def send(self, helped: str, more: str, ticked: tuple[str, ...], handle: bytes = b"", **more_said: str) -> None:
        answers = {"audience": "survivor", "helped": helped, "more": more, **more_said}
        said = {key: words for key, words in answers.items() if words}
        sent = Submission(said, quotable=ticked, handle=handle or random_id())
        submit(self.session, as_open(self.row), sent, random_id())

    def desk(self, person: bytes) -> Desk:
        return Desk(self.session, self.opener, person, NOW)

    def passage(self, question: str = "helped", allowed: bool = True) -> Passage:
        found = select(Passage).where(Passage.may_quote.is_(allowed), Passage.question == question)
        return max(self.session.scalars(found), key=lambda each: (each.end == len(WORDS), each.id))

    def proposed(self, question: str = "helped", where: Where = Where("AE")) -> Standing:  # noqa: B008
        quote = proposing.propose(self.desk(self.ann), self.passage(question), where)
        return standing_of(self.session, self.row.id, quote.id)

    def asked(self, question: str = "helped", where: Where = Where("AE")) -> Standing:  # noqa: B008
        standing = self.proposed(question, where)
        edits = version_edits(self.session, self.opener, standing.quote, standing.version)
        return proposing.keep(self.desk(self.ann), standing, edits, where, ask=True)

    def now(self, standing: Standing) -> Standing:
        return standing_of(self.session, self.row.id, standing.quote.id)

    def approve(self, standing: Standing) -> Standing:
        reviewing.review(self.desk(self.ben), standing, APPROVED, NONE, "")
        return self.now(standing)

    def release(self) -> None:
        self.session.commit()
        release_quotes(self.bench, self.row.id.hex())

    def released(self, **where: Any) -> Standing:
        standing = self.approve(self.asked(where=Where("AE", **where)))
        self.release()
        return self.now(standing)

    def quotes(self) -> list[Quote]:
        return released_quotes(self.session, self.row.id, self.opener)
