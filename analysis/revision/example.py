"""The revision of the worked example: twelve proposals by made-up people, decided, published and told the public.

Through the same doors as any other. Its people can never sign in; `example.toml` says what they proposed and why.
"""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from analysis.revision.accounts import Wished, publish_account, write_account
from analysis.revision.clause_evidence import pieces_for
from analysis.revision.cycles import begin_cycle, link_survey, text_of
from analysis.revision.deliberating import Decided, decide, vote
from analysis.revision.next_editions import build_next, publish_next
from analysis.revision.pieces import FIGURE, QUOTE, Piece
from analysis.revision.plans import keep_plan, plan_of
from analysis.revision.proposal_rules import BY_VOTE, FIELDS, NUMBER
from analysis.revision.proposing import Team, Worded, pin, propose
from analysis.revision.tables import ADD, AMENDED, CONSULTATION, RevisionCycle
from analysis.standard.clauses import PlacedClause
from safekeeping.database import session_for
from safekeeping.organisations import first_organisation
from safekeeping.staff import Staff, add_staff
from safekeeping.vault import Vault
from surveys.definition.published import definition_of, published_at

FILE = Path(__file__).parent / "example.toml"
#: Where the public reads what was done.
ADDRESS = "example"
YEARS = 3
MOST_QUOTES = 2


@dataclass(frozen=True)
class _Room:
    """Everybody of the made-up team, and what they work with."""

    session: Session
    keys: Vault
    cycle: RevisionCycle
    people: tuple[Staff, ...]
    now: datetime

    def team(self, at: int = 0) -> Team:
        who = self.people[at]
        return Team(self.session, self.cycle, text_of(self.session, self.cycle), who.id, who.name, self.now)


def revise_example(engine: Engine, keys: Vault, address: str, now: datetime) -> None:
    """Revise the standard of the survey at that address from its findings, and begin the next review."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    today = now.date()
    with session_for(engine) as session:
        organisation, row = first_organisation(session), published_at(session, address)
        standard = definition_of(row).standard
        before = date(today.year - YEARS, today.month, min(today.day, 28))
        cycle = begin_cycle(session, organisation.id, standard, before, today)
        link_survey(session, cycle, row.id, CONSULTATION)
        people = tuple(add_staff(session, name, ()) for name in told["reviewers"])
        for each in people:
            each.gone = True  # nobody is behind them
        keep_plan(session, cycle, tuple(replace(each, done_on=each.due_on) for each in plan_of(session, cycle)))
        room = _Room(session, keys, cycle, people, now)
        for number, proposal in enumerate(told["proposal"], 1):
            _decide(room, number, proposal)
        publish_next(session, cycle, build_next(session, cycle), today, people[0].id, told["published_because"])
        wished = Wished(ADDRESS, told["title"], told["intro"], frozenset(range(1, len(told["proposal"]) + 1)))
        account = write_account(session, cycle, wished, organisation.name, today)
        publish_account(session, cycle, wished, account, people[0].id)
        again = date(today.year + YEARS, today.month, min(today.day, 28))
        begin_cycle(session, organisation.id, standard, today, again)


def _decide(room: _Room, number: int, told: dict[str, Any]) -> None:
    placed = room.team().text.by_number()[told["clause"]]
    section = room.team().text.by_number()[placed.section.number]
    added = told["kind"] == ADD
    fields = {name: told[name] for name in ((NUMBER, *FIELDS) if added else FIELDS) if name in told}
    place = section.clause.id if added else placed.clause.id
    propose(room.team(), told["kind"], place, Worded(fields, told["rationale"]))
    pin(room.team(), number, _pieces(room, placed, section, told))
    for at, chosen in enumerate(told["votes"]):
        vote(room.team(at), number, chosen, 1)
    amended = {**fields, "purpose": told["amended"]} if told["outcome"] == AMENDED else None
    decision = Decided(told["outcome"], BY_VOTE, told["reason"], told["told"], room.now.date(), 1, (), amended)
    decide(room.team(), number, decision, room.now.date())


def _pieces(room: _Room, placed: PlacedClause, section: PlacedClause, told: dict[str, Any]) -> list[Piece]:
    """The figures it rests on, as far as they are shown, and a few quotes of its section."""
    of_section = pieces_for(room.session, room.keys, room.cycle, section)
    every = [*pieces_for(room.session, room.keys, room.cycle, placed), *of_section]
    quotes = {each.key: each for each in every if each.kind == QUOTE} if told["quotes"] else {}
    return [*_figures(every, told["heard"]), *list(quotes.values())[:MOST_QUOTES]]


def _figures(pieces: Sequence[Piece], heard: Sequence[Sequence[str]]) -> Iterator[Piece]:
    wanted = {(code, group) for code, group in heard}
    seen = set[tuple[str, str]]()
    for piece in pieces:
        place = (str(piece.refers.get("code")), str(piece.refers.get("group")))
        if piece.kind == FIGURE and place in wanted - seen:
            seen.add(place)
            yield piece
