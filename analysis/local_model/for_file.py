"""A language model for `heard code`: what it would take, measured on the first passages, and the suggester."""

from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

from analysis.coding.suggestion import InUse
from analysis.local_model.asking import Asker, Connection
from analysis.local_model.prompting import tokens_about
from analysis.local_model.reaching import NotReached
from analysis.local_model.remembering import InFile
from analysis.local_model.suggesting import Item, ModelSuggester, ask_all, key_of, origin_of
from analysis.standard.edition import Edition

FIRST = 5
Say = Callable[[str], None]


def model_for_file(
    connection: Connection | None, edition: Edition, folder: Path, passages: Iterable[tuple[str, str]], say: Say
) -> InUse:
    """The suggester that asks the model. `passages` are (question, words) of the whole file; answers stay in `folder`.

    Asks about the first few and says what the rest would take. Raises `NotReached`.
    """
    if connection is None:
        raise NotReached(
            "No language model is set. HEARD_MODEL_ADDRESS gives its address: http://127.0.0.1:8080/v1, say."
        )
    memory, asker = InFile(folder), Asker(connection, edition)
    wanted: dict[bytes, Item] = {}
    for question, words in passages:
        key = key_of(memory, connection.model, edition, question, words)
        wanted[key] = Item(key, b"", question, words)
    known = memory.known(wanted)
    left = [item for key, item in wanted.items() if key not in known]
    tokens = sum(tokens_about(edition, item.question, item.passage) for item in left)
    tried = ask_all(list(islice(left, FIRST)), asker, memory, lambda done: None, at_once=1)
    say(_estimate(len(wanted), len(left), tokens, tried.seconds / max(tried.done, 1)))
    if tried.trouble:
        say(tried.trouble)
    suggester = ModelSuggester(edition, connection.model, memory, asker)
    return InUse(suggester, origin_of(connection.model, edition))


def _estimate(all_: int, left: int, tokens: int, each: float) -> str:
    if not left:
        return f"{all_:,} different passages; the model has answered all of them before."
    minutes = max(round(each * max(left - FIRST, 0) / 60), 1)
    return (
        f"{all_:,} different passages, {left:,} to ask about: about {tokens:,} tokens; by the speed of the first, "
        "at most "
        f"{minutes:,} minute{'' if minutes == 1 else 's'}. Ctrl-C stops; what was answered is kept for the next time."
    )
