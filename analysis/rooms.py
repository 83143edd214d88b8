"""The staff pages of the top floor: home, coding, findings, revision."""

from analysis import home
from analysis.coding import desk
from analysis.findings import pages as findings
from analysis.revision import pages as revision

ROOMS = tuple(module.bp for module in (home, desk, findings, revision))
