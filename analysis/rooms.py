"""The staff pages of the top floor: home, coding, findings, data files, revision."""

from analysis import home, work_pages
from analysis.api import pages as api
from analysis.auditing import (
    agreement_pages,
    audit_pages,
    blind_pages,
    bridge_pages,
    practice_pages,
    queue_pages,
    settle_pages,
)
from analysis.auditing import share_pages as coding_shares
from analysis.code_books import book_pages, draft_pages, new_book_pages
from analysis.coding import desk, desk_acts, desk_lists, pace_pages, safety_pages
from analysis.emerging import new_pages
from analysis.exchange import bring_pages
from analysis.findings import chart_pages
from analysis.findings import pages as findings
from analysis.findings.releases import release_pages
from analysis.findings.waves import compare_pages
from analysis.learning import learning_pages, person_pages, seed_pages
from analysis.local_model import leave_pages, model_pages
from analysis.quoting import edit_pages, quote_pages, review_pages
from analysis.reading import figures_pages, found_pages, read_pages
from analysis.reporting import report_pages
from analysis.revision import (
    assess_fill_pages,
    assess_pages,
    assess_provider_pages,
    begin_pages,
    calendar_pages,
    change_pages,
    cycle_pages,
    evidence_pages,
    next_pages,
    overview_pages,
    pack_pages,
    plan_pages,
    proposal_acts,
    proposal_pages,
    second_pages,
    told_pages,
    trigger_pages,
)
from analysis.sharing import share_pages, words_out_pages
from analysis.standard import standard_pages
from analysis.standard.bringing import wording_pages

READING = (read_pages, found_pages, figures_pages)
DESK = (desk, desk_acts, desk_lists, pace_pages)
LEARNING = (new_pages, learning_pages, person_pages, seed_pages)
CODING = (home, work_pages, *DESK, safety_pages, *LEARNING, model_pages, leave_pages, bring_pages)
BOOKS = (book_pages, new_book_pages, draft_pages)
AUDIT = (
    audit_pages,
    bridge_pages,
    blind_pages,
    settle_pages,
    agreement_pages,
    practice_pages,
    queue_pages,
    coding_shares,
)
QUOTES = (quote_pages, edit_pages, review_pages)
STANDARDS = (standard_pages, wording_pages)
FINDINGS = (findings, chart_pages, report_pages, release_pages, compare_pages, share_pages, words_out_pages)
ASSESSING = (assess_pages, assess_fill_pages, assess_provider_pages)
CYCLES = (overview_pages, begin_pages, plan_pages, change_pages, cycle_pages, trigger_pages, calendar_pages)
PROPOSING = (proposal_pages, proposal_acts, second_pages)
REVISING = (*STANDARDS, *CYCLES, evidence_pages, *PROPOSING, next_pages, told_pages, pack_pages, *ASSESSING)
ROOMS = tuple(module.bp for module in (*CODING, *READING, *BOOKS, *AUDIT, *QUOTES, *FINDINGS, *REVISING, api))
