"""The staff pages of the top floor: home, coding, findings, data files, revision."""

from analysis import home
from analysis.api import pages as api
from analysis.auditing import (
    agreement_pages,
    audit_pages,
    blind_pages,
    practice_pages,
    queue_pages,
    settle_pages,
)
from analysis.auditing import share_pages as coding_shares
from analysis.coding import desk, safety_pages
from analysis.emerging import new_pages
from analysis.findings import pages as findings
from analysis.learning import learning_pages, person_pages, seed_pages
from analysis.local_model import leave_pages, model_pages
from analysis.revision import pages as revision
from analysis.sharing import share_pages, words_out_pages

CODING = (
    home,
    desk,
    safety_pages,
    new_pages,
    learning_pages,
    person_pages,
    seed_pages,
    model_pages,
    leave_pages,
)
AUDIT = (audit_pages, blind_pages, settle_pages, agreement_pages, practice_pages, queue_pages, coding_shares)
ROOMS = tuple(module.bp for module in (*CODING, *AUDIT, findings, share_pages, words_out_pages, revision, api))
