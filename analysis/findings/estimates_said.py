"""What a figure is and why, in words: a sentence for each outcome of an estimate. Pure; pages load it."""

from analysis.findings.outcomes import APART, FLOOR, MISSES, NO_AUDIT, OTHER_BOOK, POSITIVES
from analysis.findings.shown import CORRECTED, HUMAN_ONLY, MACHINE, WITHHELD
from safekeeping.languages import gettext as _

KINDS_SAID = {
    CORRECTED: _("corrected"),
    HUMAN_ONLY: _("people’s codes only"),
    MACHINE: _("machine, uncorrected"),
    WITHHELD: _("withheld"),
}

#: Why a figure is what it is, by the keys of `outcomes`.
WHY_SAID = {
    "corrected": _("What the machine suggests for all responses, corrected by what people settled on in the audit."),
    "whole": _("Everybody here was audited, so this is what people settled on, without a margin."),
    "rare": _(
        "What people settled on in the audit, and no more: fewer than {positives} audited responses speak to it, too "
        "few to know how the machine errs."
    ),
    "common": _(
        "What people settled on in the audit, and no more: fewer than {positives} audited responses do not speak to "
        "it, too few to know how the machine errs."
    ),
    "caught": _(
        "What people settled on in the audit, and no more: the machine missed fewer than {misses} of the audited "
        "responses that speak to it, too few to know how many it misses."
    ),
    "same score": _("What people settled on in the audit, and no more: the machine says the same of every response."),
    "too few audited": _("Withheld: of this group fewer than {floor} responses were audited."),
    "part not audited": _("Withheld: more than {apart} % of this group is in strata of which nobody was audited."),
    "not coded": _("Withheld: nobody here was audited for it."),
    NO_AUDIT: _(
        "What the machine suggests, as it comes. Without an audit nothing says how far it is wrong, so there is no "
        "interval."
    ),
    OTHER_BOOK: _(
        "What the machine suggests, as it comes. The code book has changed since the audit, in codes that were given "
        "there, so the audit does not correct it. Another audit does."
    ),
}


def why_said(why: str) -> str:
    """Why a figure is what it is, in a sentence. Raises `KeyError` for a key that is not of `outcomes`."""
    return _(WHY_SAID[why]).format(positives=POSITIVES, misses=MISSES, floor=FLOOR, apart=round(100 * APART))
