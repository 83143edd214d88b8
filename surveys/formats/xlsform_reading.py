"""Read an XLSForm (.xlsx, .xls, .csv, .md) as a survey; each thing that a survey cannot hold has a line."""

import re
from pathlib import Path
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.check import TAKEN, TRIAL
from surveys.definition.parts import ADDRESS
from surveys.definition.survey import AUDIENCE
from surveys.formats.drafting import INTRO, PUBLIC_TITLE
from surveys.formats.losses import Imported
from surveys.formats.plain_words import slug
from surveys.formats.settling import settled
from surveys.formats.xlsform_logic import for_audiences
from surveys.formats.xlsform_names import Reading
from surveys.formats.xlsform_naming import name_everything
from surveys.formats.xlsform_pages import read_pages
from surveys.formats.xlsform_sheets import Node, read_sheets

Table = dict[str, Any]
#: The only page of a form of which nothing can be asked.
NOTHING = {"name": "nothing", "kind": "information", "wording": "There is nothing to answer here."}
EVERYONE = [{"name": "everyone", "label": "Everyone", "plural": "People"}]
#: Settings that are carried over, or that pyxform adds by itself.
_KEPT = (
    "type name title id_string sms_keyword default_language children choices public_title allow_choice_duplicates"
).split()
_SETTINGS = {
    "version": "Heard counts versions itself",
    "instance_name": "no answer has a name",
    "style": "it looks as surveys do here",
    "submission_url": "answers stay here",
    "public_key": "answers are sealed with Heard’s own keys",
    "auto_send": "answers are sent when people say so",
    "auto_delete": "nothing is kept on a device",
    "client_editable": "what was sent can be withdrawn, not changed",
    "entity_version": "entities are kept by other programs",
}


def read_xlsform(path: Path) -> Imported:
    """The survey in the form at `path`, and what was not carried over. Raises `BadFile`."""
    form = read_sheets(path)
    reading = Reading(form)
    audience = name_everything(reading)
    read_pages(reading)
    if not reading.draft.pages:
        reading.lose(
            _("sheet survey"), _("it holds nothing that can be asked here"), _("a page says so; write questions on it")
        )
        reading.draft.page("Page 1", [NOTHING])
    tables = _whole(reading)
    tables["audience"] = _audiences(reading, audience) if audience else EVERYONE
    _narrow(reading, tables)
    return settled(form.file, {key: value for key, value in tables.items() if value}, reading.draft.losses)


def _narrow(reading: Reading, tables: Table) -> None:
    """Conditions that ask only who is answering become audiences."""
    known = {each["name"] for each in tables["audience"]}
    for part in (part for page in reading.draft.pages for part in (page, *page["question"])):
        named, rest = for_audiences(part["relevant"], AUDIENCE) if part.get("relevant") else ([], "")
        if named and set(named) <= known:
            part.pop("relevant")
            part |= {"audiences": named} | ({"relevant": rest} if rest else {})


def _whole(reading: Reading) -> Table:
    root, draft = reading.form.root, reading.draft
    if not draft.intro:
        reading.lose(_("sheet survey"), _("there is no introduction"), _("people read “{intro}”", intro=INTRO))
    for key in (key for key in root if key not in _KEPT and root[key] not in (None, "", {}, [])):
        reading.lose(
            _("sheet settings"), _("“{key}” has no place here", key=key[:60]), _SETTINGS.get(key, "it is left out")
        )
    title = str(root.get("title") or root.get("id_string") or "")[:200].strip() or "Imported survey"
    return {
        "title": title,
        "public_title": _public_title(reading, title),
        "address": _address(reading),
        "language": draft.language,
        "languages": draft.languages,
        "intro": draft.intro or [INTRO],
        "calculated": draft.calculated,
        "page": draft.pages,
    }


def _public_title(reading: Reading, title: str) -> Any:
    own = reading.form.root.get("public_title")
    if own:
        return reading.words(own, "sheet settings", PUBLIC_TITLE)
    what = _("“{title}” would show in the browser and could tell others what this is about", title=title[:60])
    reading.lose(
        _("sheet settings"), what, _("people read “{public_title}”; staff read the title", public_title=PUBLIC_TITLE)
    )
    return PUBLIC_TITLE


def _address(reading: Reading) -> str:
    raw = str(reading.form.root.get("id_string") or "")
    fit = raw if re.fullmatch(ADDRESS, raw) else slug(raw, 30, "-")
    if not re.fullmatch(ADDRESS, fit or "-") or fit in TAKEN or fit.startswith(TRIAL):
        fit = f"s-{fit}".rstrip("-")
    if fit != raw:
        reading.lose(
            _("sheet settings"),
            _("the form_id “{raw}” cannot be an address", raw=raw[:60]),
            _("the address is “{fit}”", fit=fit),
        )
    return fit


def _audiences(reading: Reading, node: Node) -> list[Table]:
    """The choices of the question `audience` as audiences."""
    kept = []
    for choice in reading.list_of(node).nodes:
        raw = str(choice.get("name"))
        label = reading.words(choice.get("label"), f"sheet choices, list {node.get('itemset')}", raw)
        plural = label if isinstance(label, str) else label["default"]
        kept.append({"name": reading.audience_values[raw], "label": label, "plural": plural})
    if node.get(AUDIENCE):
        reading.lose(
            reading.place(node), _("it has a column “{audience}”", audience=AUDIENCE), _("the column is left out")
        )
    return kept
