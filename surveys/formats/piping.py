"""Answers that are shown in texts: from the way another program writes them to ours, and none that is not there."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.wording import PIPED
from surveys.expression.tree import Reference
from surveys.formats.foreign_logic import Known
from surveys.formats.losses import Loss

Table = dict[str, Any]
#: Keys under which no text for people stands.
NO_TEXTS = ("name", "kind", "value", "relevant", "constraint", "choice_filter", "address", "language")


def pipe(tables: Any, pattern: re.Pattern[str], known: Mapping[str, Known], losses: list[Loss]) -> None:
    """Write `${name}` for what `pattern` finds in texts; its first group is the other program's name."""

    def ours(found: re.Match[str]) -> str:
        tree = known[found[1]].tree if found[1] in known else None
        if isinstance(tree, Reference):
            return f"${{{tree.name}}}"
        losses.append(
            Loss(
                _("text “{string}”", string=found.string[:40]),
                _("it shows “{value}”", value=found[0][:80]),
                _("a mark stands there"),
            )
        )
        return "…"

    for part, key, text in texts_in(tables):
        if pattern.search(text):
            part[key] = pattern.sub(ours, text)


def mend_piping(tables: Table, losses: list[Loss]) -> None:
    """An answer that is to be shown in a text, and is not there to be shown, becomes a mark."""
    known = _known(tables)
    for part, key, text in texts_in(tables):
        missing = [name for name in PIPED.findall(text) if name not in known]
        if missing:
            place = f"text “{text[:40]}”"
            losses.append(
                Loss(place, _("it shows “{missing}”, which is not asked", missing=missing[0]), _("a mark stands there"))
            )
            part[key] = PIPED.sub(lambda found: found[0] if found[1] in known else "…", text)


def _known(tables: Table) -> set[str]:
    """Every name whose answer a text may show."""
    known = {each["name"] for each in tables.get("calculated", [])}
    for question in (each for page in tables["page"] for each in page["question"]):
        name = question["name"]
        known |= {name} if question["kind"] != "information" else set()
        known |= {f"{name}_other"} if question.get("other") else set()
        known |= {f"{name}.{row['name']}" for row in question.get("rows", ())}
    return known


def texts_in(part: Any) -> Iterator[tuple[Any, Any, str]]:
    """Every text in tables, as (where it stands, under which key, the text)."""
    for key, value in list(part.items() if isinstance(part, dict) else enumerate(part)):
        if isinstance(value, str) and key not in NO_TEXTS:
            yield part, key, value
        elif isinstance(value, dict | list):
            yield from texts_in(value)
