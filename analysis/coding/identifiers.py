"""Possible identifiers in what somebody wrote: names, numbers, addresses, as offsets. Pure; nothing is downloaded.

Recall comes before precision: a mark costs its reader a glance, a name that stays in a quote can cost somebody their
safety. What is found is a hint for people; nothing is taken out by itself.
"""

import re
from collections.abc import Iterable

from analysis.coding.identifier import KINDS, Identifier, made_plain, whole_signs, worth_trying
from analysis.coding.identifier_addresses import ADDRESS_RULES
from analysis.coding.identifier_names import names_in
from analysis.coding.identifier_numbers import NUMBER_RULES

RULES = (*NUMBER_RULES, *ADDRESS_RULES)
_BETWEEN_LINES = re.compile(r",?\s{1,3}|,")
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}


def find_identifiers(text: str) -> list[Identifier]:
    """Possible identifiers in the order in which they stand; no two overlap. Blank text gives ``[]``.

    >>> [ (each.kind, "Ask Denise on 07700 900147"[each.start:each.end])
    ...   for each in find_identifiers("Ask Denise on 07700 900147") ]
    [('name', 'Denise'), ('phone', '07700 900147')]
    """
    plain = made_plain(text)
    found = [each for rule in worth_trying(RULES, plain) for each in rule.found(plain)]
    return _joined(text, [*found, *names_in(plain)])


def _one_address(between: str, first: Identifier, second: Identifier) -> bool:
    where = {first.kind, second.kind}
    return bool(_BETWEEN_LINES.fullmatch(between)) and (
        where == {"address", "postcode"} or (first.kind == "address" and second.kind in ("address", "place", "name"))
    )


def _joined(text: str, found: Iterable[Identifier]) -> list[Identifier]:
    """Those that overlap become one, called what ranks highest among them; so do the lines of one address."""
    joined: list[Identifier] = []
    for each in sorted(found):
        start, end = whole_signs(text, each.start, each.end)
        if joined and (start < joined[-1].end or _one_address(text[joined[-1].end : start], joined[-1], each)):
            last = joined[-1]
            kind = min(last.kind, each.kind, key=_RANK.__getitem__)
            joined[-1] = Identifier(last.start, max(last.end, end), kind)
        elif start < end:
            joined.append(Identifier(start, end, each.kind))
    return joined
