"""Whoever holds every copy of both stores, before and after each mixing, does not know which response came when.

The attacker has the files of SQLite, journals and all, or all that PostgreSQL says of its rows, after each arrival and
after each mixing. Each guess names, for each person of a batch in the order they came, one response; with ten in a
batch chance is right one time in ten.
"""

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from safekeeping.database import session_for
from safekeeping.settings import Settings
from safekeeping.vault import Vault, random_id
from surveys.definition.published import PublishedSurvey, publish
from surveys.intake.mix import BATCH, mix, rewritten
from surveys.intake.read import read_all
from surveys.intake.submit import Submission, submit
from tests.factories import NOW, as_open, definition, opener_of

#: The ids of a batch's responses, in the order of a guess.
Guess = list[bytes]
SIZE = text("SELECT sum(length(sealed)) FROM intake")
#: What PostgreSQL says of the order of rows.
ORDERS = ("SELECT {} FROM {}", "SELECT {} FROM {} ORDER BY ctid", "SELECT {} FROM {} ORDER BY xmin::text::bigint, ctid")


@dataclass
class Attack:
    """The stores; how often each way of guessing was right; and when each response came."""

    engine: Engine
    keys: Vault
    folder: Path
    rewriting: bool = True
    right: dict[str, int] = field(default_factory=dict)
    came: dict[bytes, int] = field(default_factory=dict)

    def batch(self, row: PublishedSurvey, number: int) -> None:
        """Ten people send, are mixed, and are guessed at."""
        sizes = [self._sent(row, number, person) for person in range(BATCH)]
        opener = opener_of(self.keys, row)
        with session_for(self.engine) as session:
            assert mix(session, row.id, opener) == BATCH
        if self.rewriting:
            rewritten(self.engine, self.keys.store.engine)
        with Session(self.engine.execution_options(reading=True)) as session:
            found = {each.id: int(each.answers["say"].split()[0]) for each in read_all(session, row.id, opener)}
            new = {response_id for response_id in found if response_id not in self.came}
            assert len(new) == BATCH
            self.came |= {response_id: found[response_id] for response_id in new}
            for name, order in {**self.orders(session, set(self.came)), **self.by_size(session, new, sizes)}.items():
                self._judge(name, [each for each in order if each in new], number)

    def _sent(self, row: PublishedSurvey, number: int, person: int) -> int:
        """One submission, each of another length; by how much the intake grew."""
        words = f"{number * BATCH + person} " + "long " * 220 * random.randrange(BATCH)
        with session_for(self.engine) as session:
            before = session.scalar(SIZE) or 0
            submit(session, as_open(row), Submission({"audience": "survivor", "say": words}), random_id())
            return (session.scalar(SIZE) or 0) - before

    def _judge(self, name: str, guess: Guess, number: int) -> None:
        right = sum(self.came[each] == number * BATCH + place for place, each in enumerate(guess))
        self.right[name] = self.right.get(name, 0) + right

    def by_size(self, session: Session, new: set[bytes], sizes: list[int]) -> dict[str, Guess]:
        """The longest arrivals are the longest responses."""
        found = session.execute(text("SELECT id, length(ciphertext) FROM response")).all()
        responses = sorted((size, each) for each, size in found if each in new)
        people = sorted(range(BATCH), key=lambda person: sizes[person])
        guess = [b""] * BATCH
        for person, (_, each) in zip(people, responses, strict=True):
            guess[person] = each
        return {"size": guess}

    def orders(self, session: Session, ids: set[bytes]) -> dict[str, Guess]:
        """Every order the responses lie in."""
        orders: dict[str, Guess] = {"id": sorted(ids)}
        if self.engine.dialect.name == "sqlite":
            for path in sorted(self.folder.glob("*.sqlite*")):
                data = path.read_bytes()
                for where, find in (("first", data.find), ("last", data.rfind)):
                    orders[f"{path.name} {where}"] = _lying(ids, find)
            data = (self.folder / "heard.sqlite").read_bytes()
            pieces = session.execute(text("SELECT id, ciphertext FROM response")).all()
            at = {each: data.find(piece[2000:2032]) for each, piece in pieces if each in ids}
            orders["ciphertext"] = sorted(ids, key=lambda each: at[each])
            orders["plain look"] = [each for each in session.scalars(text("SELECT id FROM response")) if each in ids]
            return orders
        for key, table in (("id", "response"), ("response_id", "keystore.response_key")):
            for order in ORDERS:
                looked = map(bytes, session.scalars(text(order.format(key, table))))
                orders[order.format(key, table)] = [each for each in looked if each in ids]
        return orders


def _lying(ids: set[bytes], find: Callable[[bytes], int]) -> Guess:
    return sorted(ids, key=find)


def rank_correlation(order: list[int]) -> float:
    """Spearman's rho between place and number, without ties; numbers need not be next to each other."""
    n, rank = len(order), {number: place for place, number in enumerate(sorted(order))}
    return 1 - 6 * sum((place - rank[number]) ** 2 for place, number in enumerate(order)) / (n * (n * n - 1))


def attacked(
    engine: Engine, keys: Vault, settings: Settings, surveys: int, batches: int, rewriting: bool = True
) -> dict[str, tuple[float, float]]:
    """Way of guessing -> the share that was right, and the correlation of its order with the order of arrival."""
    rights: dict[str, list[float]] = {}
    rhos: dict[str, list[float]] = {}
    for number in range(surveys):
        with session_for(engine) as session:
            row = publish(session, keys, definition().replace('address = "tiny"', f'address = "tiny{number}"'), NOW)
            session.flush()
            session.expunge(row)
        attack = Attack(engine, keys, settings.instance, rewriting)
        for each in range(batches):
            attack.batch(row, each)
        with Session(engine.execution_options(reading=True)) as session:
            for name, order in attack.orders(session, set(attack.came)).items():
                rhos.setdefault(name, []).append(rank_correlation([attack.came[each] for each in order]))
        for name, right in attack.right.items():
            rights.setdefault(name, []).append(right / (batches * BATCH))
    return {name: (_mean(shares), _mean(rhos.get(name, [0.0]))) for name, shares in rights.items()}


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers)


def told(found: dict[str, tuple[float, float]]) -> Any:
    """What is printed where the attack gains."""
    return {name: f"{share:.1%} right, rho {rho:+.3f}" for name, (share, rho) in found.items()}


def test_no_copy_of_the_stores_tells_who_came_when(engine: Engine, keys: Vault, settings: Settings) -> None:
    """200 guesses of each kind: chance is within 4.3 standard deviations of one in ten."""
    found = attacked(engine, keys, settings, surveys=1, batches=20)
    assert len(found) >= 6
    assert max(share for share, _ in found.values()) <= 0.19, told(found)
    assert max(abs(rho) for _, rho in found.values()) < 0.3, told(found)


def test_the_attack_finds_what_is_not_hidden(
    engine: Engine, keys: Vault, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without rewriting, the order of the batches lies on the disk; without even lengths the long ones are known."""
    monkeypatch.setattr("safekeeping.vault.ARRIVAL_STEP", 4096)
    found = attacked(engine, keys, settings, surveys=2, batches=8, rewriting=False)
    assert max(abs(rho) for _, rho in found.values()) > 0.9, told(found)
    assert found["size"][0] > 0.15, told(found)  # chance is 0.1; of 160 guesses, 3.3 times the standard error


@pytest.mark.attack
def test_nor_in_four_thousand_guesses(engine: Engine, keys: Vault, settings: Settings) -> None:
    """Chance is within 4.2 standard deviations of one in ten, and of no correlation of 4,000 rows within 3.1."""
    found = attacked(engine, keys, settings, surveys=8, batches=50)
    sys.stderr.write(f"{told(found)}\n")
    assert max(share for share, _ in found.values()) <= 0.12, told(found)
    assert max(abs(rho) for _, rho in found.values()) < 0.05, told(found)
