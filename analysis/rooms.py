"""The staff pages of the top floor: home, coding, findings, data files, revision."""

from analysis import home
from analysis.api import pages as api
from analysis.coding import desk, safety_pages
from analysis.findings import pages as findings
from analysis.revision import pages as revision
from analysis.sharing import share_pages, words_out_pages

ROOMS = tuple(module.bp for module in (home, desk, safety_pages, findings, share_pages, words_out_pages, revision, api))
