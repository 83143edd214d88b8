"""Accounts of a cycle: written from what is released, published, read with the quotes of now, taken back."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.quoting.released import released_quotes
from analysis.revision.account import About, ShownQuote, Told, account_of, decisions_in, hash_of_account
from analysis.revision.cycles import surveys_of, text_of
from analysis.revision.next_editions import published_next
from analysis.revision.pieces import DIFFERENCE, FIGURE, QUOTE, Piece
from analysis.revision.proposal_standing import DECIDED, ProposalStanding, proposals_of
from analysis.revision.tables import ADD, Account, Decision, RevisionCycle
from analysis.standard.clauses import StandardText
from analysis.standard.held_editions import text_in
from safekeeping.clock import steady_now
from safekeeping.languages import gettext as _
from safekeeping.vault import Destroyed, Vault
from surveys.definition.published import GONE, PublishedSurvey, definition_of

#: What a public address is made of.
ADDRESS = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MOST_ADDRESS, MOST_TITLE, MOST_INTRO = 60, 200, 4000


class CannotTell(ValueError):
    """The account cannot be published. The message says why, and what to do."""


@dataclass(frozen=True)
class Wished:
    """What somebody wants to tell. `numbers`: of the proposals whose decisions are in it; `names`: say who decided."""

    address: str
    title: str
    intro: str
    numbers: frozenset[int]
    names: bool = False


def tellable(session: Session, cycle: RevisionCycle) -> list[ProposalStanding]:
    """The proposals that were decided, by their number. Those without words for the public cannot be told yet."""
    return [each for each in proposals_of(session, cycle.id) if each.state == DECIDED]


def write_account(
    session: Session, cycle: RevisionCycle, wished: Wished, organisation: str, today: date
) -> dict[str, Any]:
    """The account as it would be published now. Raises `CannotTell`."""
    _check(wished)
    old, made = text_of(session, cycle), published_next(session, cycle)
    new = text_in(made) if made else None
    titles = {row.id.hex(): definition_of(row).title for row in surveys_of(session, cycle)}
    chosen = [each for each in tellable(session, cycle) if each.row.number in wished.numbers]
    told = [_told(each, done, old, new, titles) for each in chosen if (done := each.decision) and done.told.strip()]
    told = told if wished.names else [replace(each, names=()) for each in told]
    if not told:
        raise CannotTell(_("Tick at least one decision that has words for the public."))
    order = {title: at for at, title in enumerate(_section_titles(old, new))}
    told.sort(key=lambda each: (order.get(each.section, len(order)), each.number))
    edition = _("Edition {number}", number=new.edition) if new else ""
    return account_of(About(wished.title, wished.intro, organisation, old.title, edition, today), told)


def _check(wished: Wished) -> None:
    if not ADDRESS.fullmatch(wished.address) or len(wished.address) > MOST_ADDRESS:
        raise CannotTell(
            _(
                "Write the address in small letters and digits, with hyphens between words, such as standards-2026; at "
                "most {most} of them.",
                most=MOST_ADDRESS,
            )
        )
    if not 0 < len(wished.title) <= MOST_TITLE:
        raise CannotTell(_("Give the page a title of at most {most} letters.", most=MOST_TITLE))
    if len(wished.intro) > MOST_INTRO:
        raise CannotTell(_("Shorten the first words to {most} letters.", most=MOST_INTRO))


def _section_titles(old: StandardText, new: StandardText | None) -> Iterator[str]:
    yield from (each.title for each in old.clauses)
    yield from (each.title for each in (new.clauses if new else ()))


def _told(
    standing: ProposalStanding,
    decision: Decision,
    old: StandardText,
    new: StandardText | None,
    titles: Mapping[str, str],
) -> Told:
    section, clause = _place(standing, old, new)
    codes = {code: each.clause.title for each in old.walk() for code in each.clause.codes}
    pieces = [(pin, dict(pin.refers), dict(pin.shown)) for pin in standing.evidence]
    pieces = [each for each in pieces if each[1].get("survey") in titles]

    def seen(kind: str) -> tuple[dict[str, Any], ...]:
        return tuple(
            {**shown, "title": _titled(refers, shown, codes), "survey": titles[refers["survey"]]}
            for pin, refers, shown in pieces
            if pin.kind == kind
        )

    quotes = tuple(
        {"survey": refers["survey"], "release": refers["release"], "sha256": pin.sha256}
        for pin, refers, _shown in pieces
        if pin.kind == QUOTE
    )
    return Told(
        standing.row.number,
        standing.row.kind,
        decision.outcome,
        section,
        clause,
        decision.told.strip(),
        decision.decided_on,
        tuple(decision.names),
        seen(FIGURE),
        seen(DIFFERENCE),
        quotes,
    )


def _titled(refers: Mapping[str, Any], shown: Mapping[str, Any], codes: Mapping[str, str]) -> str:
    """What a figure is about: a stance with the section that it is of."""
    section, slash, _stance = str(refers.get("code", "")).partition("/")
    return f"{codes[section]}: {shown['title']}" if slash and section in codes else str(shown["title"])


def _place(standing: ProposalStanding, old: StandardText, new: StandardText | None) -> tuple[str, str]:
    """The title of the section, and what the clause is called: as in the next edition, where it is published."""
    row, placed = standing.row, old.placed()
    there = placed.get(row.clause_id) or placed.get(row.parent_id)
    title = standing.fields.get("title", "").strip()
    section = there.section.title if there else title or _("New sections")
    if row.kind == ADD:
        return section, f"“{title}”" if title else _("a new clause")
    now = new.placed().get(row.clause_id) if new else None
    clause = now.clause if now else there.clause if there else None
    return section, f"{clause.number} “{clause.title}”" if clause else _("a clause")


def publish_account(
    session: Session, cycle: RevisionCycle, wished: Wished, content: dict[str, Any], made_by: bytes
) -> Account:
    """Tell the public. Raises `CannotTell` where the address is another revision's."""
    others = select(Account.id).where(Account.address == wished.address, Account.cycle_id != cycle.id)
    if session.scalars(others).first() is not None:
        raise CannotTell(_("There is another page at this address. Choose another address."))
    row = Account(
        cycle_id=cycle.id,
        address=wished.address,
        content=content,
        sha256=hash_of_account(content),
        made_by=made_by,
        made_at=steady_now(),
    )
    session.add(row)
    session.flush()
    return row


def accounts_of(session: Session, cycle_id: bytes) -> list[Account]:
    """What was told of a cycle, the newest first."""
    of_it = select(Account).where(Account.cycle_id == cycle_id)
    return list(session.scalars(of_it.order_by(Account.made_at.desc(), Account.id)))


def account_at(session: Session, address: str) -> Account | None:
    """The newest account at a public address, also where it was taken back; None where there never was one."""
    at_it = select(Account).where(Account.address == address)
    return session.scalars(at_it.order_by(Account.made_at.desc(), Account.id).limit(1)).first()


def take_back(session: Session, cycle: RevisionCycle, address: str) -> int:
    """Take back whatever a cycle told at an address. How many that were."""
    theirs = [each for each in accounts_of(session, cycle.id) if each.address == address and not each.taken_back_at]
    for each in theirs:
        each.taken_back_at = steady_now()
    session.flush()
    return len(theirs)


def quotes_now(session: Session, keys: Vault | None, content: Mapping[str, Any]) -> dict[str, ShownQuote]:
    """Release -> the quote, of those in an account that are released still, in the words they were pinned with.

    Without keys, and where a survey's answers are gone, there are none.
    """
    pinned = {each["release"]: each for told in decisions_in(content) for each in told["quotes"]}
    surveys = {each["survey"] for each in pinned.values()}
    found: dict[str, ShownQuote] = {}
    for survey_id in sorted(surveys) if keys else ():
        for release, piece in _released(session, keys, survey_id, pinned.keys()):
            if piece.sha256 == pinned[release]["sha256"]:
                found[release] = ShownQuote(*piece.words)
    return found


def _released(
    session: Session, keys: Vault | None, survey_id: str, wanted: Collection[str]
) -> Iterator[tuple[str, Piece]]:
    row = session.get(PublishedSurvey, bytes.fromhex(survey_id))
    if keys is None or row is None or row.state in GONE:
        return
    try:
        quotes = released_quotes(session, row.id, keys.opener(row.id))
    except Destroyed:
        return
    for quote in quotes:
        if quote.id in wanted:
            refers = {"survey": survey_id, "release": quote.id}
            shown = {"section": quote.section, "theme": quote.theme}
            yield quote.id, Piece(QUOTE, refers, shown, (quote.text, quote.attribution))
