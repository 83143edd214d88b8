"""What is kept after the killing: every response opened and counted by its marker, and what was made of each."""

import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.coding.passages import cut
from analysis.coding.tables import Passage, Suggestion
from benchmarks.persistent import MARK, Told
from safekeeping.database import session_for
from safekeeping.job_acts import retry_failed
from safekeeping.jobs import WAITING, Job
from safekeeping.opening import Opened
from surveys.definition.published import published_at, texts_asked
from surveys.intake.aside import aside_count, let_in
from surveys.intake.read import ReadResponse, read_wanted
from surveys.intake.tables import Intake, Response
from surveys.launching.publishing import close

MARKER = re.compile(rf"\b{MARK}[a-z]{{14}}\b")
#: Seconds that the workers have to finish what is left.
TO_FINISH = 600


@dataclass(frozen=True)
class Settled:
    """What was there to be finished: jobs that had failed and were tried again, and those that still wait or failed;
    and how many responses were let in that had come too fast."""

    tried_again: int
    stuck: tuple[str, ...]
    let_in: int


@dataclass
class Reckoned:
    """What was acknowledged and what is kept; problems are sentences, and there should be none."""

    acknowledged: int
    kept: int
    lost: int
    doubles: int
    unacknowledged_kept: int
    passages: int
    settled: Settled
    problems: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """Whether what was acknowledged is there once, and everything was made of it."""
        return not (self.lost or self.doubles or self.problems or self.settled.stuck)

    def lines(self) -> str:
        """What to print."""
        said = [
            f"acknowledged {self.acknowledged}, kept {self.kept}, LOST {self.lost}, DUPLICATES {self.doubles}, "
            f"unacknowledged but kept {self.unacknowledged_kept}",
            f"passages {self.passages}, each with its suggestion; let in that came too fast {self.settled.let_in}",
            f"jobs that had failed and were tried again {self.settled.tried_again}, stuck {len(self.settled.stuck)}",
            *self.settled.stuck,
            *self.problems,
            "WELL" if self.is_well else "NOT WELL",
        ]
        return "\n".join(said)


def settle(opened: Opened, address: str, keep_up: Callable[[], None]) -> Settled:
    """Close the survey so that all is mixed, let in what was set aside, and wait for the workers."""
    with session_for(opened.engine) as session:
        row = published_at(session, address)
        close(session, row, datetime.now(UTC))
        survey_id = row.id
        failed = session.scalar(select(func.count()).select_from(Job).where(Job.state == "failed")) or 0
        retry_failed(session)
    _wait(opened, keep_up)
    with session_for(opened.engine) as session:
        aside = aside_count(session, survey_id)
        let_in(session, survey_id)
    _wait(opened, keep_up)
    with Session(opened.engine.execution_options(reading=True)) as session:
        left = session.scalars(select(Job).where(Job.state.in_((*WAITING, "failed")))).all()
        stuck = tuple(f"stuck: {job.kind} {job.state} {job.attempts} {job.fault}" for job in left)
    return Settled(failed, stuck, aside)


def _wait(opened: Opened, keep_up: Callable[[], None]) -> None:
    until = time.monotonic() + TO_FINISH
    while time.monotonic() < until:
        keep_up()
        with Session(opened.engine.execution_options(reading=True)) as session:
            if session.scalar(select(Job.id).where(Job.state.in_(WAITING)).limit(1)) is None:
                return
        time.sleep(1)


def reckon(opened: Opened, address: str, told: Told, settled: Settled) -> Reckoned:
    """Open everything with the survey's keys and count."""
    kept: Counter[str] = Counter()
    problems: list[str] = []
    passages = 0
    with Session(opened.engine.execution_options(reading=True)) as session:
        row = published_at(session, address)
        opener, asked = opened.vault.opener(row.id), texts_asked(session, row.id)
        everything = select(Response).where(Response.survey_id == row.id)
        count = session.scalar(everything.with_only_columns(func.count(Response.id))) or 0
        for response in list(read_wanted(session, everything, opener)):
            words = {name: response.answers[name] for name in asked if name in response.answers}
            markers = {found for text in words.values() for found in MARKER.findall(text)}
            if len(markers) != 1 or not all(MARKER.match(text) for text in words.values()):
                problems.append(f"a response with {len(markers)} markers in {len(words)} texts")
            kept.update(markers)
            passages += _check_coded(session, response, words, problems)
        if count != kept.total():
            problems.append(f"{count} responses, {kept.total()} that open")
        if waiting := session.scalar(select(func.count()).select_from(Intake)):
            problems.append(f"{waiting} wait in the intake")
        keys = len(list(opener.store.response_ids(row.id)))
        if keys != count:
            problems.append(f"{keys} keys for {count} responses")
    if strangers := kept.keys() - told.begun:
        problems.append(f"{len(strangers)} markers that nobody wrote")
    if early := kept.keys() - told.pressed:
        problems.append(f"{len(early)} kept that nobody sent")
    return Reckoned(
        acknowledged=len(told.acknowledged),
        kept=kept.total(),
        lost=len(told.acknowledged - kept.keys()),
        doubles=sum(count - 1 for count in kept.values()),
        unacknowledged_kept=len(kept.keys() - told.acknowledged),
        passages=passages,
        settled=settled,
        problems=problems,
    )


def _check_coded(session: Session, response: ReadResponse, words: dict[str, str], problems: list[str]) -> int:
    """The passages of a response: each text cut once and every passage with one suggestion. How many."""
    count = 0
    for name, text in words.items():
        of_it = select(Passage).where(Passage.response_id == response.id, Passage.question == name)
        rows = session.scalars(of_it.order_by(Passage.start)).all()
        if [(row.start, row.end) for row in rows] != [tuple(span) for span in cut(text)]:
            problems.append(f"{name}: {len(rows)} passages of a text")
        made = select(func.count()).select_from(Suggestion).where(Suggestion.passage_id.in_([row.id for row in rows]))
        if session.scalar(made) != len(rows):
            problems.append(f"{name}: {session.scalar(made)} suggestions for {len(rows)} passages")
        count += len(rows)
    return count
