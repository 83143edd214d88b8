"""Below each answer in people's own words, before sending: may it be quoted? What is ticked stays with the draft."""

from dataclasses import replace

from werkzeug.datastructures import MultiDict

from surveys.definition.survey import Survey
from surveys.responding.drafts import Draft

#: The fields of the page: a box per answer, and beside each that it was there; a box that is not ticked sends nothing.
TICKED, OFFERED = "quote", "quote-asked"


def with_ticks(draft: Draft, survey: Survey, form: MultiDict[str, str]) -> Draft:
    """The draft with the boxes as they were sent. Answers whose boxes were not on the page stay as they were."""
    offered, ticked = [name for name in form.getlist(OFFERED) if survey.asked(name)], form.getlist(TICKED)
    if not offered:
        return draft
    others = [name for name in draft.quotable if name not in offered]
    return replace(draft, quotable=tuple(dict.fromkeys([*others, *(name for name in offered if name in ticked)])))
