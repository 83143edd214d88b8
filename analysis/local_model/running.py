"""The job that asks a language model about a survey's passages. What it was told already is not asked again."""

from dataclasses import dataclass

from analysis.code_books.versions import edition_named
from analysis.coding.reading import read_passages
from analysis.local_model.asking import Asker, Connection
from analysis.local_model.connecting import CONNECTION, connection_for
from analysis.local_model.prompting import tokens_about
from analysis.local_model.reaching import NotReached
from analysis.local_model.remembering import InDatabase
from analysis.local_model.suggesting import Item, ask_all, key_of, origin_of
from analysis.local_model.tables import kept_use
from analysis.standard.edition import Edition
from safekeeping.database import session_for
from safekeeping.jobs import Bench, enqueue
from surveys.definition.published import GONE, PublishedSurvey, definition_of

JOB = "ask model"
FIRST = 5  # passages from which the speed is measured
TRY = " try"


@dataclass(frozen=True)
class Task:
    """What one run works with."""

    connection: Connection
    edition: Edition
    memory: InDatabase
    items: list[Item]


def ask_model(bench: Bench, argument: str) -> None:
    """The job: ask about every passage of the survey of this id (hex), or about the first five (`hex try`).

    Stopped at any point it goes on where it was: each answer is kept as it comes. A model that cannot be asked is no
    fault of the job: what happened is kept for the page that shows it.
    """
    survey_id = bytes.fromhex(argument.removesuffix(TRY))
    task = _task(bench, survey_id)
    if task is None:
        return
    known = task.memory.known(item.key for item in task.items)
    left = [item for item in task.items if item.key not in known]
    trying = argument.endswith(TRY)
    trouble, seconds, tried = "", 0.0, 0
    asker = Asker(task.connection, task.edition)
    try:
        asked = left[:FIRST] if trying else left
        outcome = ask_all(asked, asker, task.memory, lambda done: bench.progress(done, len(asked)), 1 if trying else 4)
        trouble, seconds, tried = outcome.trouble, outcome.seconds, outcome.answered + outcome.needs_person
    except NotReached as fault:
        trouble = str(fault)
    _keep(bench, survey_id, task, trouble, (seconds, tried) if trying else None)


def _task(bench: Bench, survey_id: bytes) -> Task | None:
    connection: Connection | None = bench.context.get(CONNECTION)
    with session_for(bench.engine.execution_options(reading=True)) as session:
        row = session.get(PublishedSurvey, survey_id)
        if row is None or row.state in GONE or connection is None:
            return None
        edition = edition_named(session, definition_of(row).standard)
        memory = InDatabase(bench.engine, bench.vault.office.mac)
        read = read_passages(session, survey_id, bench.vault.opener(survey_id))
        found: dict[bytes, Item] = {}
        for each in read:
            key = key_of(memory, connection.model, edition, each.question, each.words)
            found.setdefault(key, Item(key, each.id, each.question, each.words))
        # by their keys: an order that tells nothing of when or by whom, and the same in every run
        items = [found[key] for key in sorted(found)]
        return Task(connection_for(session, connection, row), edition, memory, items)


def _keep(bench: Bench, survey_id: bytes, task: Task, trouble: str, speed: tuple[float, int] | None) -> None:
    """Note how far it is. What the model said is used from the next taking in on, if that is wanted."""
    known = task.memory.known(item.key for item in task.items)
    with session_for(bench.engine) as session:
        use = kept_use(session, survey_id)
        use.origin = origin_of(task.connection.model, task.edition)
        use.passages, use.known, use.trouble = len(task.items), len(known), trouble[:400]
        use.needs_person = sum(labels.get("needs_person", False) for labels in known.values())
        use.tokens_about = sum(tokens_about(task.edition, item.question, item.passage) for item in task.items)
        if speed and speed[1]:
            use.seconds, use.tried = speed
        if use.in_use:
            enqueue(session, "take in", survey_id.hex())
