"""Which suggester a survey has: the trained one or one that goes by wording and seeds; a language model where one is in
use; and over them what coders of the consultation decided."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy.orm import Session

from analysis.coding.linear import Progress, quiet
from analysis.coding.model import TRAINING, Model, load_or_train, read_training
from analysis.coding.origins import LEARNT, SEEDS
from analysis.coding.reading import read_passages
from analysis.coding.suggestion import InUse
from analysis.learning.refit import Decided, LearntSuggester
from analysis.learning.seeding import SeedSuggester
from analysis.learning.seeds import Seeds
from analysis.learning.training_rows import TrainingRow, training_rows
from analysis.local_model.asking import Connection
from analysis.local_model.remembering import InDatabase
from analysis.local_model.suggesting import ModelSuggester, origin_of
from analysis.local_model.tables import use_of
from analysis.standard.edition import Edition, load_edition
from safekeeping.jobs import Bench
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey

#: The edition that the shipped examples are labelled for.
LABELLED_FOR = "mdan"
_IDENTITY = 64  # letters; what the table of suggestions holds

Train = Callable[[Path, Edition, Progress], Model]


@dataclass(frozen=True)
class Here:
    """The survey whose suggester is wanted, its standard, what opens its answers, and the language model if any."""

    session: Session
    keys: Vault
    row: PublishedSurvey
    edition: Edition
    connection: Connection | None = None


def has_examples(edition: Edition) -> bool:
    """Whether the shipped examples are labelled for this standard: each of their codes is one of its own."""
    labelled = load_edition(LABELLED_FOR)
    return edition.name == labelled.name and set(labelled.theme_codes) <= set(edition.theme_codes)


def begin_with(
    folder: Path, edition: Edition, seeds: Seeds, progress: Progress = quiet, train: Train = load_or_train
) -> InUse:
    """The suggester before anybody has coded: trained where there are examples, else by wording, cues and seeds."""
    if has_examples(edition):
        trained = train(folder, edition, progress)
        return InUse(trained.suggester, trained.identity)
    stances = train(folder, load_edition(LABELLED_FOR), progress)
    usual, _coded, _groups = read_training(TRAINING)
    parts = [edition.sha256, stances.identity, {code: list(seeds[code]) for code in sorted(seeds)}]
    return InUse(SeedSuggester(edition, seeds, usual, stances.suggester), _named(SEEDS, parts))


_begun: dict[tuple[Path, str, str], InUse] = {}  # a worker loads each model once: that takes a second or more


def begun(bench: Bench, edition: Edition, seeds: Seeds) -> InUse:
    """The same for a job, from the models in `bench.context["model folder"]`; made or loaded once in a process."""
    folder = Path(bench.context["model folder"])
    known = (folder, edition.sha256, repr(sorted(seeds.items())))
    if known not in _begun:
        _begun[known] = begin_with(folder, edition, seeds, lambda share, words: bench.progress(round(100 * share), 100))
    return _begun[known]


def _named(kind: str, parts: object) -> str:
    return (kind + hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest())[:_IDENTITY]


def suggester_for(here: Here, base: InUse) -> InUse:
    """The suggester of a survey: `base`, a language model before it where one is in use, and what people decided."""
    first = beneath(here, base)
    rows = training_rows(here.session, here.row.id, here.edition.name)
    decided = decided_of(here, rows)
    if not decided.enough():
        return first
    identity = _named(LEARNT, [first.identity, [[each.passage_id.hex(), list(each.sections)] for each in rows]])
    learnt = LearntSuggester(first.suggester, here.edition, decided, identity)
    return InUse(learnt, identity) if learnt.better else first


def beneath(here: Here, base: InUse) -> InUse:
    """What a language model said, where it is in use and was asked, else `base`. It is not asked now."""
    use = use_of(here.session, here.row.id)
    if use is None or not use.in_use or here.connection is None:
        return base
    memory = InDatabase(here.session.get_bind().engine, here.keys.office.mac)
    model, edition = here.connection.model, here.edition
    said = ModelSuggester(edition, model, memory, otherwise=base.suggester, otherwise_from=base.identity)
    # how many are known is part of its name, so that what was asked since is taken over
    return InUse(said, f"{origin_of(model, edition)}+{use.known}"[:_IDENTITY])


def decided_of(here: Here, rows: list[TrainingRow]) -> Decided:
    """What people decided beside the words it was about, in the order of `rows`."""
    opener = here.keys.opener(here.row.id)
    words = {each.id: each for each in read_passages(here.session, here.row.id, opener)} if rows else {}
    there = [each for each in rows if each.passage_id in words]
    numbers = {each: number for number, each in enumerate(sorted({each.response_id for each in there}))}
    return Decided(
        tuple(words[each.passage_id].words for each in there),
        tuple(words[each.passage_id].question for each in there),
        np.array([numbers[each.response_id] for each in there], dtype=np.int64),
        tuple(each.sections for each in there),
    )
