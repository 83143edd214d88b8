"""What the stances are called at the desk."""

from analysis.coding.suggestion import STANCES
from safekeeping.languages import gettext as _

STANCES_SAID = {
    "praise": _("praise"),
    "problem": _("problem"),
    "suggestion": _("suggestion"),
    "neutral": _("neutral"),
}


def stances() -> dict[str, str]:
    """Stance -> what it is called in the language spoken now."""
    return {stance: _(STANCES_SAID[stance]) for stance in STANCES}
