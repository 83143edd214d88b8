"""Proposals on both databases: made, worded anew, withdrawn, evidenced, spoken of, voted on and decided."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from analysis.revision.deliberating import comment, decide, declare_interest, vote
from analysis.revision.evidence_since import AS_WAS, CHANGED, GAP, NOT_YOURS, pinned_now, question_of
from analysis.revision.piece_words import piece_said
from analysis.revision.proposal_file import as_csv
from analysis.revision.proposal_rules import BY_VOTE, NotPossible
from analysis.revision.proposal_standing import DECIDED, OPEN, WITHDRAWN, ProposalStanding, proposal_of, proposals_of
from analysis.revision.proposing import Worded, let_go, pin, propose, reword, withdraw
from analysis.revision.rival_proposals import rivals
from analysis.revision.tables import (
    ABSTAINS,
    ADD,
    ADOPTED,
    AGAINST,
    AMENDED,
    CHANGE,
    FOR,
    KEEP,
    NOT_ADOPTED,
    REMOVE,
)
from safekeeping.organisations import show_only
from safekeeping.vault import Vault
from tests.analysis.quoting.quoted import RELEASED_WORDS
from tests.analysis.revision.proposed import (
    CLAUSE,
    NEW_WORDS,
    OTHER_CLAUSE,
    SECTION,
    TODAY,
    WHY,
    Evidenced,
    Revision,
    decided,
)

on_sqlite = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def here(session: Session) -> Revision:
    return Revision(session)


def standing(here: Revision, number: int = 1) -> ProposalStanding:
    return proposal_of(here.session, here.cycle.id, number)


def refused(act: Callable[[], object]) -> str:
    """Why it cannot be done, and where in the form."""
    with pytest.raises(NotPossible) as found:
        act()
    return f"{found.value.field}: {found.value}"


def test_from_a_proposal_to_a_decision(here: Revision) -> None:
    number = here.change()
    assert (standing(here).state, standing(here).wording.fields) == (OPEN, {"wording": NEW_WORDS})
    assert reword(here.team("Ben"), number, Worded({"wording": "At once."}, WHY), 1)
    comment(here.team("Cai"), number, "Two days is hard for a small service.")
    vote(here.team("Ben"), number, FOR, 2)
    vote(here.team("Cai"), number, AGAINST, 2)
    vote(here.team("Cai"), number, ABSTAINS, 2)
    assert standing(here).tally() == {FOR: 1, AGAINST: 0, ABSTAINS: 1}
    decide(here.team(), number, decided(by=BY_VOTE, seen=2), TODAY)
    now = standing(here)
    assert (now.state, now.outcome, now.is_adopted) == (DECIDED, ADOPTED, True)
    assert now.decision is not None
    assert now.decision.names == ["Ben", "Cai"]
    assert now.fields == {"wording": "At once."}
    assert [each.fields["wording"] for each in now.wordings] == [NEW_WORDS, "At once."]
    assert len(now.every_vote) == 3


def test_what_is_proposed_must_say_something(here: Revision) -> None:
    team, clause = here.team(), here.text.placed()[CLAUSE].clause
    same = Worded({"title": f" {clause.title}\r\n", "wording": clause.wording}, WHY)
    assert "would say what it says now" in refused(lambda: propose(team, CHANGE, CLAUSE, same))
    assert "put the words back" in refused(lambda: propose(team, REMOVE, CLAUSE, Worded({"title": "Other"}, WHY)))
    assert "needs a title" in refused(lambda: propose(team, CHANGE, CLAUSE, Worded({"title": " "}, WHY)))
    assert "title: This has 300" in refused(lambda: propose(team, CHANGE, CLAUSE, Worded({"title": "x" * 300}, WHY)))
    assert "rationale: Say why" in refused(lambda: propose(team, KEEP, CLAUSE, Worded({}, " \n")))
    assert "no such clause" in refused(lambda: propose(team, KEEP, "nowhere", Worded({}, WHY)))
    assert "kind: Choose" in refused(lambda: propose(team, "burn", CLAUSE, Worded({}, WHY)))
    new = {"number": "AE1", "title": "New"}
    assert "AE1 is there already" in refused(lambda: propose(team, ADD, SECTION, Worded(new, WHY)))
    assert "which number" in refused(lambda: propose(team, ADD, SECTION, Worded({"title": "New"}, WHY)))
    assert "needs a title" in refused(lambda: propose(team, ADD, SECTION, Worded({"number": "AE9"}, WHY)))
    assert proposals_of(here.session, here.cycle.id) == []


def test_wordings_are_rows_and_nobody_overwrites_a_colleague(here: Revision) -> None:
    number = here.change()
    assert not reword(here.team(), number, Worded({"wording": NEW_WORDS}, WHY), 1)
    assert reword(here.team("Ben"), number, Worded({"wording": "Sooner."}, WHY), 1)
    assert "worded this anew" in refused(lambda: reword(here.team(), number, Worded({"wording": "Later."}, WHY), 1))
    vote(here.team("Ben"), number, FOR, 2)
    assert "Read it again" in refused(lambda: vote(here.team("Ann"), number, FOR, 1))
    assert reword(here.team(), number, Worded({"wording": "Soonest."}, WHY), 2)
    assert standing(here).counted == (), "a vote is on the wording that was read"
    assert "Nobody has voted" in refused(lambda: decide(here.team(), number, decided(by=BY_VOTE, seen=3), TODAY))


def test_one_s_own_proposal_is_withdrawn_and_stays(here: Revision) -> None:
    number = here.change()
    assert "Only whoever made" in refused(lambda: withdraw(here.team("Ben"), number))
    withdraw(here.team(), number)
    assert standing(here).state == WITHDRAWN
    assert "was withdrawn" in refused(lambda: vote(here.team("Ben"), number, FOR, 1))
    assert "was withdrawn" in refused(lambda: decide(here.team("Ben"), number, decided(), TODAY))
    comment(here.team("Ben"), number, "A pity.")


def test_who_declared_an_interest_neither_votes_nor_decides(here: Revision) -> None:
    number = here.change()
    vote(here.team("Ben"), number, FOR, 1)
    assert "interest: Nothing was typed" in refused(lambda: declare_interest(here.team("Ben"), number, " "))
    declare_interest(here.team("Ben"), number, "My service would be paid for this.")
    assert standing(here).counted == (), "their vote from before counts no more"
    comment(here.team("Ben"), number, "I still think so.")
    assert "You declared" in refused(lambda: vote(here.team("Ben"), number, FOR, 1))
    assert "You declared" in refused(lambda: decide(here.team("Ben"), number, decided(), TODAY))
    assert "already" in refused(lambda: declare_interest(here.team("Ben"), number, "Again"))
    with_ben = decided(names=("Ann", " ben "))
    assert "takes no part" in refused(lambda: decide(here.team(), number, with_ben, TODAY))
    decide(here.team(), number, decided(names=("Ann", "Cai")), TODAY)
    other = here.change("Other words", OTHER_CLAUSE)
    vote(here.team("Ben"), other, FOR, 1)
    assert standing(here, other).tally()[FOR] == 1, "an interest is in one proposal"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"outcome": "perhaps"}, "outcome: Choose what"),
        ({"by": "coin"}, "by: Choose how"),
        ({"reason": " "}, "reason: Say why"),
        ({"outcome": NOT_ADOPTED}, "told: Say to the public"),
        ({"on": None}, "on: Choose the day"),
        ({"on": TODAY + timedelta(days=1)}, "on: This day is still to come"),
        ({"names": ()}, "names: Name everybody"),
        ({"by": BY_VOTE}, "by: Nobody has voted"),
        ({"seen": 7}, "Read it again"),
        ({"outcome": AMENDED, "fields": {"wording": NEW_WORDS}}, "is as it was proposed"),
        ({"outcome": AMENDED, "fields": {}}, "would say what it says now"),
        ({"outcome": AMENDED, "fields": {"wording": "x", "title": ""}}, "needs a title"),
    ],
)
@on_sqlite
def test_a_decision_that_lacks_something_is_refused(here: Revision, typed: dict[str, object], said: str) -> None:
    number = here.change()
    outcome = str(typed.pop("outcome", ADOPTED))
    assert said in refused(lambda: decide(here.team(), number, decided(outcome, **typed), TODAY))
    assert standing(here).state == OPEN


def test_a_vote_adopts_only_what_more_are_for(here: Revision) -> None:
    number = here.change()
    vote(here.team("Ann"), number, FOR, 1)
    vote(here.team("Ben"), number, AGAINST, 1)
    assert "not more votes" in refused(lambda: decide(here.team(), number, decided(by=BY_VOTE), TODAY))
    decide(here.team(), number, decided(NOT_ADOPTED, by=BY_VOTE, told="We heard it."), TODAY)
    assert "is decided" in refused(lambda: vote(here.team("Ben"), number, FOR, 1))
    assert "is decided" in refused(lambda: reword(here.team(), number, Worded({"wording": "x"}, WHY), 1))
    assert "is decided" in refused(lambda: withdraw(here.team(), number))


def test_a_decision_taken_again_counts_and_the_first_stays(here: Revision) -> None:
    number = here.change()
    decide(here.team(), number, decided(NOT_ADOPTED, told="Heard, not adopted, because of cost."), TODAY)
    again = decided(AMENDED, reason="The money is there.", fields={"wording": "Within three days."})
    decide(here.team(), number, again, TODAY)
    now = standing(here)
    assert [each.outcome for each in now.decisions] == [NOT_ADOPTED, AMENDED]
    assert (now.outcome, now.fields["wording"]) == (AMENDED, "Within three days.")


def test_a_field_that_was_proposed_can_be_adopted_as_it_was(here: Revision) -> None:
    typed = Worded({"title": "New title", "wording": NEW_WORDS}, WHY)
    number = propose(here.team(), CHANGE, CLAUSE, typed).number
    title = here.text.placed()[CLAUSE].clause.title
    decide(here.team(), number, decided(AMENDED, fields={"title": title, "wording": NEW_WORDS}), TODAY)
    assert standing(here).fields == {"title": title, "wording": NEW_WORDS}


def test_a_clause_is_decided_once(here: Revision) -> None:
    first, second = here.change(), here.change("Within a week.")
    removal = propose(here.team(), REMOVE, CLAUSE, Worded({}, WHY)).number
    whys = [each.why for each in rivals(standing(here, first), proposals_of(here.session, here.cycle.id), here.text)]
    assert [f"Proposal {second}" in whys[0], f"Proposal {removal} is to remove" in whys[1]] == [True, True]
    decide(here.team(), first, decided(), TODAY)
    assert "decided once" in refused(lambda: decide(here.team(), removal, decided(), TODAY))
    decide(here.team(), removal, decided(NOT_ADOPTED, told="We kept it."), TODAY)
    decide(here.team(), first, decided(NOT_ADOPTED, told="Not yet."), TODAY)
    decide(here.team(), second, decided(), TODAY)


@on_sqlite
def test_contradictions_reach_what_lies_below_and_what_is_added(here: Revision) -> None:
    def said(number: int) -> str:
        every = proposals_of(here.session, here.cycle.id)
        return " ".join(each.why for each in rivals(standing(here, number), every, here.text))

    clause = here.change()
    section = propose(here.team(), REMOVE, SECTION, Worded({}, WHY)).number
    new = {"number": "AE9", "title": "New"}
    added = propose(here.team(), ADD, SECTION, Worded(new, WHY)).number
    twin = propose(here.team(), ADD, SECTION, Worded({**new, "title": "Other"}, WHY)).number
    elsewhere = propose(here.team(), ADD, "", Worded({"number": "ZZ", "title": "A section"}, WHY)).number
    title_only = here.change("A new title", field="title")
    assert "remove the clause that this one lies in" in said(clause)
    assert "lies in this one" in said(section)
    assert "same number" in said(added)
    assert said(elsewhere) == ""
    assert f"Proposal {title_only} words" not in said(clause), "they word different parts of it"
    decide(here.team(), added, decided(), TODAY)
    assert "decided once" in refused(lambda: decide(here.team(), twin, decided(), TODAY))


@on_sqlite
def test_nothing_more_is_done_once_a_revision_has_ended(here: Revision) -> None:
    number = here.change()
    here.cycle.ended_on = TODAY
    here.session.flush()
    for act in (
        lambda: here.change("x"),
        lambda: comment(here.team(), number, "x"),
        lambda: vote(here.team(), number, FOR, 1),
        lambda: decide(here.team(), number, decided(), TODAY),
    ):
        assert "has ended" in refused(act)


def test_evidence_is_pinned_and_says_what_has_become_of_it(session: Session, keys: Vault, engine: Engine) -> None:
    here = Evidenced(session, keys, engine)
    number = here.change("New purpose.", SECTION, field="purpose")
    assert pin(here.team(), number, here.pieces()) == pin(here.team("Ben"), number, here.pieces()) + 2 == 2

    def now() -> dict[str, tuple[str, str]]:
        pins = pinned_now(session, keys, here.cycle, standing(here).evidence, here.pieces())
        return {each.row.kind: (each.state, f"{each.said} {each.since} {' '.join(each.words)}") for each in pins}

    assert (now()["figure"][0], now()["quote"][0]) == (AS_WAS, AS_WAS)
    assert RELEASED_WORDS in now()["quote"][1]
    here.found(45)
    state, said = now()["figure"]
    assert (state, "It was 42 % when it was pinned; it is 45 % now." in said) == (CHANGED, True)
    here.found(None)
    state, said = now()["figure"]
    assert (state, "withheld now" in said, "42" in said) == (GAP, True, False)
    here.take_back()
    state, said = now()["quote"]
    assert (state, "taken back" in said, "rang me" in said) == (GAP, True, False)
    pinned = next(each for each in standing(here).evidence if each.kind == "figure")
    let_go(here.team(), number, pinned.id.hex())
    assert "not there any more" in refused(lambda: let_go(here.team(), number, pinned.id.hex()))
    show_only(session, [])
    assert now()["quote"] == (NOT_YOURS, "From a consultation in which you have no role  ")


def test_no_word_of_a_quote_is_kept_with_a_proposal(session: Session, keys: Vault, engine: Engine) -> None:
    here = Evidenced(session, keys, engine)
    pin(here.team(), here.change("New.", SECTION, field="purpose"), here.pieces())
    session.commit()
    with engine.connect() as connection:
        for name in ("pinned_evidence", "proposal", "proposal_wording"):
            held = repr(connection.execute(here.cycle.metadata.tables[name].select()).all())
            assert "rang me" not in held


@on_sqlite
def test_the_file_has_every_proposal_and_no_formula(here: Revision) -> None:
    here.change("=1+1")
    propose(here.team("Ben"), ADD, "", Worded({"number": "ZZ", "title": "A section"}, WHY))
    decide(here.team(), 1, decided(), TODAY)
    table = as_csv(proposals_of(here.session, here.cycle.id), here.text, {here.team().person: "Ann"}).splitlines()
    assert table[0].startswith("\ufeffProposal,What,Section")
    assert len(table) == 3
    assert "'=1+1" in table[1]
    assert table[1].endswith("adopted,by consensus,Ann; Ben,2026-11-22,It is fair.,")
    assert {line.count(",") for line in table} == {23}


@on_sqlite
def test_a_figure_by_a_question_names_the_question(session: Session, keys: Vault, engine: Engine) -> None:
    here = Evidenced(session, keys, engine)
    figure = next(each for each in here.pieces() if each.kind == "figure")
    where = {**figure.refers, "table": "where", "code": "AE/problem"}
    assert question_of(session, figure.refers) == ""
    question = question_of(session, where)
    said = piece_said("figure", where, {**figure.shown, "title": "problem", "low": 38, "high": 46}, question)
    assert said == "Everyone: 42 % (38–46 %) of about 120 spoke to “AE: problem”, by answers to “Where did you go?”"


@pytest.mark.parametrize(
    ("kind", "shown", "said"),
    [
        ("figure", {"title": "Access", "group": "Everyone", "percent": 0}, "Everyone: under 1 % spoke to “Access”"),
        ("figure", {"title": "Access", "group": "Everyone", "percent": 100}, "Everyone: over 99 % spoke to “Access”"),
        ("assessment", {"service": "Ours", "met": "partly"}, "Ours, by its own account: partly"),
        ("document", {"title": "A law"}, "A law"),
        (
            "difference",
            {"title": "Access", "one": "A", "other": "B", "points": 5, "low": -1, "high": 11, "differs": False},
            "“Access”: A less B is 5 points (-1 to 11), which may be chance",
        ),
    ],
)
def test_each_kind_of_piece_is_said(kind: str, shown: dict[str, object], said: str) -> None:
    assert piece_said(kind, {}, shown) == said
