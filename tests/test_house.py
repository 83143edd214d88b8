"""The house, as a test: reading this file is reading the architecture.

A file may import only from files above it in `ORDER`. Every address is listed under who may open it. No function
is longer than 50 lines. A web page loads nothing that only a job needs.
"""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from safekeeping.guard import ASKED_FOR, OWN, SETTING_UP
from safekeeping.permissions import ACTIONS
from safekeeping.tokens import SCOPES

ROOT = Path(__file__).resolve().parent.parent

#: Lowest first. Each file may import only from those above it; so there are no cycles.
ORDER = [
    # ground floor: knows nothing of surveys or codes
    "safekeeping.settings",
    "safekeeping.languages",
    "safekeeping.typed",
    "safekeeping.clock",
    "safekeeping.signs",
    "safekeeping.codes",
    "safekeeping.database",
    "safekeeping.rewriting",
    "safekeeping.high_water",
    "safekeeping.keystore",
    "safekeeping.master_keys",
    "safekeeping.vault",
    "safekeeping.rotating",
    "safekeeping.permissions",
    "safekeeping.organisations",
    "safekeeping.squares",
    "safekeeping.cookies",
    "safekeeping.passwords",
    "safekeeping.second_factor",
    "safekeeping.staff",
    "safekeeping.accounts",
    "safekeeping.tokens",
    "safekeeping.resetting",
    "safekeeping.trail",
    "safekeeping.jobs",
    "safekeeping.migrating",
    "safekeeping.opening",
    "safekeeping.recovery_key",
    "safekeeping.sealed_stream",
    "safekeeping.table_stream",
    "safekeeping.backing_up",
    "safekeeping.ageing",
    "safekeeping.restoring",
    "safekeeping.doctor",
    "safekeeping.doctor_checks",
    "safekeeping.keeping_commands",
    "safekeeping.upgrading",
    "safekeeping.key_commands",
    "safekeeping.staff_commands",
    "safekeeping.serving",
    "safekeeping.headers",
    "safekeeping.logs",
    "safekeeping.guard",
    "safekeeping.sign_in",
    "safekeeping.account_pages",
    "safekeeping.people_pages",
    "safekeeping.organisation_pages",
    "safekeeping.token_pages",
    "safekeeping.trail_pages",
    "safekeeping.rooms",
    # migrations know tables only
    "migrations.env",
    "migrations.versions.0001_first_tables",
    "migrations.versions.0002_survey_versions",
    "migrations.versions.0003_no_trace",
    "migrations.versions.0004_accounts",
    "migrations.versions.0005_lifecycle",
    "migrations.versions.0006_imports",
    "migrations.versions.0007_frozen_waves",
    "migrations.versions.0008_access_tokens",
    "migrations.versions.0009_staff_language",
    "migrations.versions.0010_flags",
    "migrations.versions.0011_candidate_themes",
    "migrations.versions.0012_code_books",
    "migrations.versions.0013_coding_desk",
    "migrations.versions.0014_audit",
    "migrations.versions.0015_saved_queries",
    # first floor: collects
    # conditions, limits and calculations: knows nothing of surveys
    "surveys.expression.domain",
    "surveys.expression.pattern",
    "surveys.expression.phrases",
    "surveys.expression.tree",
    "surveys.expression.value",
    "surveys.expression.applied",
    "surveys.expression.functions",
    "surveys.expression.evaluate",
    "surveys.expression.parse",
    "surveys.expression.samples",
    "surveys.expression.words",
    "surveys.expression.write",
    "surveys.expression.clashes",
    "surveys.expression.check",
    # what a survey is
    "surveys.definition.retelling",
    "surveys.definition.clauses",
    "surveys.definition.condition",
    "surveys.definition.minutes",
    "surveys.definition.parts",
    "surveys.definition.wording",
    "surveys.definition.questions",
    "surveys.definition.survey",
    "surveys.definition.path",
    "surveys.definition.quotable",
    "surveys.definition.compared",
    "surveys.definition.domains",
    "surveys.definition.reading_age",
    "surveys.definition.schema",
    "surveys.definition.tables",
    "surveys.definition.texts",
    "surveys.definition.places",
    "surveys.definition.traces",
    "surveys.definition.check_logic",
    "surveys.definition.check",
    "surveys.definition.load",
    "surveys.definition.published",
    "surveys.definition.discretion",
    "surveys.definition.translating",
    "surveys.definition.checklist",
    "surveys.definition.voice",
    "surveys.definition.why",
    "surveys.definition.changes",
    "surveys.definition.bank",
    # surveys of other programs
    "surveys.formats.foreign_logic",
    "surveys.formats.foreign_signs",
    "surveys.formats.limesurvey_logic",
    "surveys.formats.limesurvey_rows",
    "surveys.formats.losses",
    "surveys.formats.opening",
    "surveys.formats.piping",
    "surveys.formats.plain_words",
    "surveys.formats.settling",
    "surveys.formats.drafting",
    "surveys.formats.limesurvey_reading",
    "surveys.formats.limesurvey_attributes",
    "surveys.formats.limesurvey_scales",
    "surveys.formats.limesurvey_kinds",
    "surveys.formats.limesurvey",
    "surveys.formats.surveyjs_logic",
    "surveys.formats.surveyjs_reading",
    "surveys.formats.surveyjs_checks",
    "surveys.formats.surveyjs_choices",
    "surveys.formats.surveyjs_scales",
    "surveys.formats.surveyjs_kinds",
    "surveys.formats.surveyjs_in",
    "surveys.formats.surveyjs_shapes",
    "surveys.formats.surveyjs_out",
    "surveys.formats.text_lines",
    "surveys.formats.text_routes",
    "surveys.formats.text_kinds",
    "surveys.formats.questionnaire_text",
    "surveys.formats.translation_sheet",
    "surveys.formats.workbooks",
    "surveys.formats.handed_in",
    "surveys.formats.bad_spreadsheet",
    "surveys.formats.csv_rows",
    "surveys.formats.xlsx_rows",
    "surveys.formats.spreadsheet",
    "surveys.formats.xlsform_logic",
    "surveys.formats.xlsform_sheets",
    "surveys.formats.xlsform_types",
    "surveys.formats.xlsform_words",
    "surveys.formats.xlsform_names",
    "surveys.formats.xlsform_choices",
    "surveys.formats.xlsform_naming",
    "surveys.formats.xlsform_questions",
    "surveys.formats.xlsform_grids",
    "surveys.formats.xlsform_pages",
    "surveys.formats.xlsform_reading",
    "surveys.formats.xlsform_sheet_rows",
    "surveys.formats.xlsform_question_rows",
    "surveys.formats.xlsform_writing",
    "surveys.formats.convert",
    # answers at rest
    "surveys.intake.tables",
    "surveys.intake.mix",
    "surveys.intake.submit",
    "surveys.intake.read",
    "surveys.intake.rounding",
    "surveys.intake.progress",
    "surveys.intake.aside",
    "surveys.intake.tickets",
    "surveys.intake.withdraw",
    "surveys.intake.shred",
    "surveys.intake.sampling",
    "surveys.intake.retention",
    # the public door
    "surveys.responding.buckets",
    "surveys.responding.likeness",
    "surveys.responding.gate",
    "surveys.responding.trying_codes",
    "surveys.responding.drafts",
    "surveys.responding.allowing",
    "surveys.responding.invited",
    "surveys.responding.inputs",
    "surveys.responding.exit",
    "surveys.responding.dates",
    "surveys.responding.ranking",
    "surveys.responding.kinds",
    "surveys.responding.fields",
    "surveys.responding.reading_in",
    "surveys.responding.rendering",
    "surveys.responding.visiting",
    "surveys.responding.watching",
    "surveys.responding.receipts",
    "surveys.responding.coming_back",
    "surveys.responding.moving",
    "surveys.responding.pages",
    # the editor
    "surveys.writing.faults_said",
    "surveys.writing.kinds",
    "surveys.writing.plain_wording",
    "surveys.writing.editing",
    "surveys.writing.asked_when",
    "surveys.writing.problems",
    "surveys.writing.outline",
    "surveys.writing.question_fields",
    "surveys.writing.question_groups",
    "surveys.writing.question_rows",
    "surveys.writing.question_form",
    "surveys.writing.condition_form",
    "surveys.writing.renaming",
    "surveys.writing.audience_names",
    "surveys.writing.calculating",
    "surveys.writing.survey_rows",
    "surveys.writing.survey_form",
    "surveys.writing.templates_offered",
    "surveys.writing.from_standard",
    "surveys.writing.written",
    "surveys.writing.at_hand",
    "surveys.writing.draft",
    "surveys.writing.earlier_waves",
    "surveys.writing.calculated_pages",
    "surveys.writing.new_pages",
    "surveys.writing.question_pages",
    "surveys.writing.survey_pages",
    "surveys.writing.words_pages",
    "surveys.writing.write_pages",
    # between writing and answering
    "surveys.launching.preview_samples",
    "surveys.launching.preview_pages",
    "surveys.launching.trial_answers",
    "surveys.launching.trials",
    "surveys.launching.publishing",
    "surveys.launching.looking_over",
    "surveys.launching.running",
    "surveys.launching.bank_pages",
    "surveys.launching.launch_pages",
    "surveys.launching.running_pages",
    # on paper and by telephone
    "surveys.managing.choosing",
    "surveys.paper.forms",
    "surveys.paper.entering",
    "surveys.paper.only_if",
    "surveys.paper.routing",
    "surveys.paper.shapes",
    "surveys.paper.sheet",
    "surveys.paper.print_pages",
    "surveys.paper.sitting",
    "surveys.paper.entry_pages",
    "surveys.paper.comparing_pages",
    "surveys.paper.typing_pages",
    # earlier answers from elsewhere
    "surveys.importing.folding",
    "surveys.importing.personal",
    "surveys.importing.brought",
    "surveys.importing.reading",
    "surveys.importing.pieces",
    "surveys.importing.dating",
    "surveys.importing.slots",
    "surveys.importing.guessing",
    "surveys.importing.drafting_questions",
    "surveys.importing.plan",
    "surveys.importing.cells",
    "surveys.importing.answering",
    "surveys.importing.checking",
    "surveys.importing.waiting",
    "surveys.importing.taking",
    "surveys.importing.at_import",
    "surveys.importing.import_pages",
    "surveys.importing.check_pages",
    "surveys.importing.from_answers_pages",
    # what is there, and the commands
    "surveys.managing.set_aside_pages",
    "surveys.managing.ticket_pages",
    "surveys.managing.shredding",
    "surveys.managing.tidying",
    "surveys.managing.pages",
    "surveys.managing.commands",
    "surveys.managing.static_preview",
    "surveys.rooms",
    "surveys.example.load",
    # top floor: codes, finds, revises
    "analysis.standard.edition",
    # code books: versions of a standard as a coding frame
    "analysis.code_books.tree",
    "analysis.code_books.lineage",
    "analysis.code_books.acts",
    "analysis.code_books.changes",
    "analysis.code_books.as_editions",
    "analysis.code_books.tables",
    "analysis.code_books.versions",
    "analysis.code_books.drafts",
    "analysis.standard.asked",
    "analysis.coding.agreement",
    "analysis.coding.unitizing",
    "analysis.coding.unit_rows",
    "analysis.coding.agreement_file",
    "analysis.coding.agreement_said",
    "analysis.coding.passages",
    "analysis.coding.suggestion",
    "analysis.coding.origins",
    "analysis.coding.phrase_tree",
    "analysis.coding.features",
    "analysis.coding.linear",
    "analysis.coding.wordpieces",
    "analysis.coding.encoder_graph",
    "analysis.coding.encoder",
    "analysis.coding.calibration",
    "analysis.coding.abstention",
    "analysis.coding.naming",
    "analysis.coding.questions",
    "analysis.coding.reasons",
    "analysis.coding.suggester",
    "analysis.coding.model",
    "analysis.coding.identifier",
    "analysis.coding.known_words",
    "analysis.coding.identifier_addresses",
    "analysis.coding.identifier_names",
    "analysis.coding.identifier_numbers",
    "analysis.coding.identifiers",
    "analysis.coding.danger_signs",
    "analysis.coding.figures_of_speech",
    "analysis.coding.danger",
    "analysis.coding.danger_training",
    "analysis.coding.marking",
    "analysis.coding.recutting",
    "analysis.coding.pacing",
    "analysis.coding.tables",
    # audit samples: what is drawn, before whatever must stay away from it; the labels come further down
    "analysis.auditing.drawing",
    "analysis.auditing.allocating",
    "analysis.auditing.settling",
    "analysis.auditing.comparing",
    "analysis.auditing.seating",
    "analysis.auditing.sample_tables",
    "analysis.auditing.kept_apart",
    "analysis.coding.desk_tables",
    "analysis.coding.flag_tables",
    "analysis.coding.flagging",
    "analysis.coding.reading",
    "analysis.code_books.carrying",
    "analysis.code_books.here",
    "analysis.code_books.book_pages",
    "analysis.code_books.draft_forms",
    "analysis.code_books.draft_pages",
    "analysis.code_books.new_book_pages",
    "analysis.coding.code_passages",
    "analysis.coding.counting",
    "analysis.coding.acts",
    "analysis.coding.memos",
    "analysis.coding.marks",
    "analysis.coding.splitting",
    "analysis.coding.undoing",
    "analysis.coding.safety",
    "analysis.coding.safety_pages",
    "analysis.findings.disclosure",
    "analysis.findings.report",
    "analysis.findings.charts",
    "analysis.findings.examples",
    "analysis.findings.tables",
    "analysis.findings.pages",
    # a language model of the organisation's own, where it has one
    "analysis.local_model.reaching",
    "analysis.local_model.prompting",
    "analysis.local_model.reading_back",
    "analysis.local_model.asking",
    "analysis.local_model.remembering",
    "analysis.local_model.suggesting",
    "analysis.local_model.tables",
    "analysis.local_model.connecting",
    "analysis.local_model.running",
    "analysis.local_model.for_file",
    "analysis.local_model.leave_pages",
    "analysis.local_model.model_pages",
    # seeds, and learning from what people decided
    "analysis.learning.training_rows",
    "analysis.learning.nearest",
    "analysis.learning.near_examples",
    "analysis.learning.deciding",
    "analysis.learning.seeds",
    "analysis.learning.seeding",
    "analysis.learning.refit",
    "analysis.learning.curve_said",
    "analysis.learning.curve",
    "analysis.learning.curve_chart",
    "analysis.learning.choosing",
    "analysis.learning.tables",
    "analysis.learning.learning",
    "analysis.learning.seed_pages",
    "analysis.learning.learning_pages",
    # what no theme fits
    "analysis.emerging.little_words",
    "analysis.emerging.keyness",
    "analysis.reading.measures",
    "analysis.emerging.grouping",
    "analysis.emerging.candidates",
    "analysis.emerging.finding",
    "analysis.emerging.new_pages",
    # audits: drawn, coded blind, settled; nothing above this line may know what they found
    "analysis.auditing.designing",
    "analysis.auditing.label_tables",
    "analysis.auditing.standing",
    "analysis.auditing.blind_coding",
    "analysis.auditing.deciding",
    "analysis.auditing.labels",
    # limits, the one part of learning that may know them; no suggestion comes of it
    "analysis.learning.audited",
    "analysis.learning.weighing",
    "analysis.learning.person_pages",
    "analysis.auditing.audit_commands",
    "analysis.auditing.practising",
    "analysis.auditing.agreement_words",
    "analysis.auditing.agreement_chart",
    "analysis.auditing.agreeing_job",
    "analysis.auditing.agreeing",
    # in which order the desk codes, and who codes what
    "analysis.auditing.queue_order",
    "analysis.auditing.queue_tables",
    "analysis.auditing.queues",
    "analysis.auditing.word_search",
    "analysis.auditing.shares",
    "analysis.auditing.shown_passages",
    "analysis.auditing.people",
    "analysis.auditing.planning",
    "analysis.auditing.audit_pages",
    "analysis.auditing.blind_pages",
    "analysis.auditing.settle_pages",
    "analysis.auditing.agreement_pages",
    "analysis.auditing.queue_pages",
    "analysis.auditing.share_pages",
    "analysis.auditing.practice_pages",
    "analysis.coding.seat",
    "analysis.coding.desk_view",
    "analysis.coding.desk",
    "analysis.coding.desk_acts",
    "analysis.coding.desk_lists",
    "analysis.coding.pace_pages",
    # reading across answers
    "analysis.reading.words",
    "analysis.reading.text_query",
    "analysis.reading.concordance",
    "analysis.reading.asked",
    "analysis.reading.selecting",
    "analysis.reading.counting",
    "analysis.reading.together",
    "analysis.reading.places",
    "analysis.reading.answering",
    "analysis.reading.shown_figures",
    "analysis.reading.asking",
    "analysis.reading.tables",
    "analysis.reading.figures_kept",
    "analysis.reading.working",
    "analysis.reading.showing",
    "analysis.reading.picture",
    "analysis.reading.read_pages",
    "analysis.reading.found_pages",
    "analysis.reading.figures_pages",
    "analysis.sharing.cells",
    "analysis.sharing.naming",
    "analysis.sharing.variables",
    "analysis.sharing.telling",
    "analysis.sharing.describing",
    "analysis.sharing.coarse",
    "analysis.sharing.protect",
    "analysis.sharing.rows",
    "analysis.sharing.data_file",
    "analysis.sharing.text_files",
    "analysis.sharing.workbook_file",
    "analysis.sharing.statistics_files",
    "analysis.sharing.ddi_codebook",
    "analysis.sharing.codebook_page",
    "analysis.sharing.formats",
    "analysis.sharing.packing",
    "analysis.sharing.wave",
    "analysis.sharing.made_files",
    "analysis.sharing.frozen",
    "analysis.sharing.own_words",
    # codings to and from other programs
    "analysis.exchange.written_text",
    "analysis.exchange.guids",
    "analysis.exchange.project",
    "analysis.exchange.project_checks",
    "analysis.exchange.qdpx_archive",
    "analysis.exchange.qdpx_writing",
    "analysis.exchange.qdpx_reading",
    "analysis.exchange.code_tree",
    "analysis.exchange.coded_texts",
    "analysis.exchange.as_project",
    "analysis.exchange.as_table",
    "analysis.exchange.as_annotations",
    "analysis.exchange.forms",
    "analysis.exchange.matching",
    "analysis.exchange.bringing_in",
    "analysis.exchange.bring_pages",
    "analysis.sharing.making",
    "analysis.code_books.taking_in",
    "analysis.code_books.qdc",
    "analysis.code_books.in_rows",
    "analysis.code_books.toml_file",
    "analysis.code_books.files",
    "analysis.sharing.share_pages",
    "analysis.sharing.words_out_pages",
    # what an organisation's own programs read
    "analysis.api.shapes",
    "analysis.api.operations",
    "analysis.api.problems",
    "analysis.api.openapi",
    "analysis.api.rate",
    "analysis.api.reading",
    "analysis.api.pages",
    "analysis.made",
    "analysis.withdrawing",
    "analysis.revision.pages",
    "analysis.taking_in",
    "analysis.suggesting_parts",
    "analysis.jobs",
    "analysis.needs",
    "analysis.home",
    "analysis.rooms",
    "analysis.code_file",
    "analysis.commands",
    # the front door joins them
    "app",
]

#: Who may open which address. Staff addresses stand under the action that a role must permit.
ADDRESSES: dict[str, set[str]] = {
    "anyone": {
        "GET /",
        "GET /<address>",
        "POST /<address>",
        "GET /about",
        "GET /api/1/openapi.json",
        "GET /desk/sign-in",
        "POST /desk/sign-in",
        "GET /desk/sign-in/<code>",
        "POST /desk/sign-in/<code>",
        "POST /desk/sign-out",
        "GET /favicon.ico",
        "GET /help",
        "GET /safety",
        "GET /static/<path:filename>",
        "GET /x",
    },
    "own account": {
        "GET /desk/account",
        "POST /desk/account",
        "POST /desk/confirm",
    },
    "set up": {
        "GET /desk/set-up",
        "POST /desk/set-up",
        "POST /desk/language",
    },
    "vouch": {
        "GET /desk/people",
        "GET /desk/people/<person_id>",
        "POST /desk/people/<person_id>/reset",
    },
    "manage people": {
        "GET /desk/model",
        "POST /desk/model",
        "GET /desk/organisation",
        "POST /desk/organisation",
        "POST /desk/people",
        "POST /desk/people/<person_id>",
        "GET /desk/tokens",
        "POST /desk/tokens",
        "POST /desk/tokens/<token_id>",
    },
    "a token for surveys": {"GET /api/1/surveys"},
    "a token for progress": {"GET /api/1/surveys/<address>/progress"},
    "a token for findings": {"GET /api/1/surveys/<address>/findings"},
    "a token for definition": {
        "GET /api/1/surveys/<address>/versions",
        "GET /api/1/surveys/<address>/versions/<number>",
    },
    "see trail": {
        "GET /desk/trail",
        "POST /desk/trail",
    },
    "publish": {
        "GET /desk/collect/<address>/pace",
        "POST /desk/collect/<address>/pace",
        "POST /desk/collect/<address>/plan",
        "POST /desk/write/<written_id>/launch",
    },
    "see home": {
        "GET /desk/",
        "GET /desk/books",
        "GET /desk/books/<name>",
        "GET /desk/books/<name>/<int:number>",
        "GET /desk/books/<name>/<int:number>/<ending>",
        "GET /desk/books/<name>/<int:old>/<int:new>",
        "GET /desk/books/<name>/versions",
    },
    "collect": {
        "GET /desk/collect",
        "GET /desk/collect/<address>/paper",
        "GET /desk/collect/<address>/progress",
        "GET /desk/collect/<address>/versions",
    },
    "write": {
        "GET /desk/collect/<address>/tickets",
        "POST /desk/collect/<address>/tickets",
        "POST /desk/collect/<address>/versions",
        "GET /desk/collect/bank",
        "GET /desk/write/<written_id>",
        "GET /desk/write/<written_id>/bank",
        "POST /desk/write/<written_id>/bank",
        "GET /desk/write/<written_id>/calculated",
        "POST /desk/write/<written_id>/calculated",
        "GET /desk/write/<written_id>/calculated/<name>",
        "POST /desk/write/<written_id>/calculated/<name>",
        "POST /desk/write/<written_id>/calculated/<name>/do",
        "GET /desk/write/<written_id>/forget",
        "POST /desk/write/<written_id>/forget",
        "GET /desk/write/<written_id>/frame",
        "POST /desk/write/<written_id>/frame",
        "GET /desk/write/<written_id>/launch",
        "POST /desk/write/<written_id>/second",
        "POST /desk/write/<written_id>/page",
        "GET /desk/write/<written_id>/page/<page>",
        "POST /desk/write/<written_id>/page/<page>",
        "GET /desk/write/<written_id>/page/<page>/add",
        "GET /desk/write/<written_id>/page/<page>/add/<kind>",
        "POST /desk/write/<written_id>/page/<page>/add/<kind>",
        "POST /desk/write/<written_id>/page/<page>/do",
        "GET /desk/write/<written_id>/paper",
        "GET /desk/write/<written_id>/preview",
        "GET /desk/write/<written_id>/question/<question>",
        "POST /desk/write/<written_id>/question/<question>",
        "POST /desk/write/<written_id>/question/<question>/do",
        "POST /desk/write/<written_id>/redo",
        "GET /desk/write/<written_id>/settings",
        "POST /desk/write/<written_id>/settings",
        "GET /desk/write/<written_id>/try",
        "POST /desk/write/<written_id>/try",
        "POST /desk/write/<written_id>/undo",
        "GET /desk/write/<written_id>/words",
        "POST /desk/write/<written_id>/words",
        "GET /desk/write/<written_id>/words/<language>",
        "POST /desk/write/<written_id>/words/<language>",
        "POST /desk/write/<written_id>/words/<language>/sheet",
        "GET /desk/write/<written_id>/words/<language>/sheet.xlsx",
        "GET /desk/write/new",
        "POST /desk/write/new/<way>",
        "POST /desk/write/new/answers",
        "POST /desk/write/new/file",
    },
    "enter": {
        "GET /desk/enter",
        "GET /desk/enter/<address>",
        "POST /desk/enter/<address>",
        "GET /desk/enter/<address>/<form_id>",
        "POST /desk/enter/<address>/<form_id>",
        "GET /desk/enter/<address>/<form_id>/<int:number>",
        "POST /desk/enter/<address>/<form_id>/<int:number>",
        "GET /desk/enter/<address>/<form_id>/<int:number>/<page>",
        "POST /desk/enter/<address>/<form_id>/<int:number>/<page>",
        "GET /desk/import/<address>",
        "POST /desk/import/<address>",
        "GET /desk/import/<address>/<import_id>",
        "POST /desk/import/<address>/<import_id>",
        "GET /desk/import/<address>/<import_id>/check",
        "POST /desk/import/<address>/<import_id>/check",
        "GET /desk/import/<address>/<import_id>/losses.csv",
        "GET /desk/import/<address>/<import_id>/values",
        "POST /desk/import/<address>/<import_id>/values",
        "GET /desk/enter/<address>/<form_id>/compare",
        "POST /desk/enter/<address>/<form_id>/compare",
    },
    "code": {
        "GET /desk/collect/<address>/set-aside",
        "POST /desk/collect/<address>/set-aside",
        "GET /desk/audit/<address>",
        "GET /desk/audit/<address>/code",
        "GET /desk/audit/<address>/code/<passage_id>",
        "POST /desk/audit/<address>/code/<passage_id>",
        "GET /desk/audit/<address>/code/last",
        "GET /desk/audit/<address>/practice",
        "POST /desk/audit/<address>/practice",
        "GET /desk/audit/<address>/practice/<passage_id>",
        "POST /desk/audit/<address>/practice/<passage_id>",
        "GET /desk/audit/<address>/practice/next",
        "POST /desk/audit/<address>/take",
        "GET /desk/queues/<address>",
        "POST /desk/queues/<address>",
        "GET /desk/code",
        "GET /desk/code/<address>",
        "GET /desk/code/<address>/bring",
        "POST /desk/code/<address>/bring",
        "GET /desk/code/<address>/<passage_id>",
        "POST /desk/code/<address>",
        "POST /desk/code/<address>/<passage_id>",
        "GET /desk/code/<address>/decided",
        "GET /desk/code/<address>/by-the-new-book",
        "GET /desk/code/<address>/marked/<kind>",
        "GET /desk/code/<address>/last",
        "GET /desk/code/<address>/learning",
        "POST /desk/code/<address>/learning",
        "GET /desk/code/<address>/learning.svg",
        "GET /desk/code/<address>/model",
        "POST /desk/code/<address>/model",
        "GET /desk/code/<address>/needs-a-person",
        "GET /desk/code/<address>/new",
        "POST /desk/code/<address>/new",
        "GET /desk/read",
        "GET /desk/read/<address>",
        "GET /desk/read/<address>/ask/<kind>",
        "POST /desk/read/<address>/ask/<kind>",
        "GET /desk/read/<address>/asked/<query_id>",
        "POST /desk/read/<address>/asked/<query_id>",
        "GET /desk/read/<address>/asked/<query_id>/picture.svg",
        "GET /desk/code/<address>/seeds",
        "POST /desk/code/<address>/seeds",
    },
    "settle": {
        "GET /desk/audit/<address>/agreement",
        "POST /desk/audit/<address>/agreement",
        "GET /desk/audit/<address>/agreement.svg",
        "GET /desk/audit/<address>/settle",
        "GET /desk/audit/<address>/settle/<unit_id>",
        "POST /desk/audit/<address>/settle/<unit_id>",
    },
    "lead coding": {
        "POST /desk/audit/<address>/draw",
        "POST /desk/audit/<address>/end",
        "POST /desk/audit/<address>/seats",
        "GET /desk/queues/<address>/people",
        "POST /desk/queues/<address>/people",
    },
    "safeguard": {
        "GET /desk/safeguard",
        "GET /desk/safeguard/<address>",
        "POST /desk/safeguard/<address>",
    },
    "find": {
        "GET /desk/find",
        "GET /desk/find/<address>",
        "GET /desk/find/<address>/chart.svg",
        "GET /desk/find/<address>/report.html",
        "GET /desk/read/<address>/figures",
        "POST /desk/read/<address>/figures",
        "GET /desk/read/<address>/figures.svg",
    },
    "export": {
        "GET /desk/share/<address>",
        "POST /desk/share/<address>/freeze",
        "POST /desk/share/<address>/<int:number>/choose",
        "POST /desk/share/<address>/<int:number>/make",
        "POST /desk/share/<address>/file/<export_id>",
    },
    "let words out": {
        "GET /desk/share/<address>/words",
        "POST /desk/share/<address>/words",
    },
    "revise": {
        "GET /desk/books/new",
        "POST /desk/books/new",
        "POST /desk/books/<name>/draft",
        "GET /desk/books/<name>/draft",
        "GET /desk/books/<name>/draft/<code_id>",
        "POST /desk/books/<name>/draft/<code_id>",
        "POST /desk/books/<name>/draft/change",
        "POST /desk/books/<name>/draft/drop",
        "GET /desk/books/<name>/draft/publish",
        "POST /desk/books/<name>/draft/publish",
        "POST /desk/books/<name>/draft/undo",
        "GET /desk/revise",
        "GET /desk/revise/<address>",
    },
}

#: Loaded by jobs and commands only: they take seconds to load.
HEAVY = ("nltk", "sklearn", "scipy", "matplotlib", "numpy", "joblib", "openpyxl", "pyxform", "pandas", "pyreadstat")
LONGEST_FUNCTION = 50
LONGEST_MODULE = 320  # lines with blanks and docstrings; the bar for code is about 250
NOT_OURS = ("utils", "helpers", "common")


@cache
def modules() -> dict[str, Path]:
    """Module name -> file, of everything that ships."""
    packages = ("safekeeping", "surveys", "analysis", "migrations")
    files = [ROOT / "app.py", *(path for package in packages for path in (ROOT / package).rglob("*.py"))]
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for path in files
        if path.name != "__init__.py" and "__pycache__" not in path.parts
    }


def own_imports(path: Path) -> Iterator[str]:
    """The modules of ours that a file imports, wherever in the file it does so."""
    known = modules()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in known)
        if isinstance(node, ast.ImportFrom) and node.module:
            inside = [f"{node.module}.{name.name}" for name in node.names]
            yield from ([node.module] if node.module in known else [name for name in inside if name in known])


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_every_file_has_its_place() -> None:
    assert sorted(modules()) == sorted(ORDER)


@pytest.mark.parametrize("name", ORDER)
def test_imports_point_up_the_list(name: str) -> None:
    above = ORDER[: ORDER.index(name)]
    wrong = [other for other in own_imports(modules()[name]) if other not in above]
    assert not wrong, f"{name} may not import {wrong}"


@pytest.mark.parametrize("name", ORDER)
def test_functions_and_files_are_short(name: str) -> None:
    path = modules()[name]
    long = [f.name for f in functions(path) if (f.end_lineno or 0) - f.lineno >= LONGEST_FUNCTION]
    assert not long, f"{name}: {long} are longer than {LONGEST_FUNCTION} lines"
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("name", ORDER)
def test_what_is_public_says_what_it_is(name: str) -> None:
    tree = ast.parse(modules()[name].read_text(encoding="utf-8"))
    public = [
        node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    silent = [node.name for node in public if not ast.get_docstring(node)]
    assert ast.get_docstring(tree), f"{name} has no docstring"
    assert not silent, f"{name}: {silent} have no docstring"


def test_no_room_is_called_a_junk_room() -> None:
    assert not [name for name in modules() if set(name.split(".")) & set(NOT_OURS)]


def test_the_packages_are_named_in_pyproject() -> None:
    named = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    folders = {path.parent.relative_to(ROOT) for path in ROOT.rglob("__init__.py")}
    folders = {path for path in folders if not path.parts[0].startswith(".venv")}
    folders -= {path for path in folders if path.parts[0] == "tests"}
    assert {".".join(path.parts) for path in folders} <= set(named)


def who_may(app: Flask) -> dict[str, set[str]]:
    """Every address of the application under who may open it, as its pages declare it."""
    listed: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        staff_only = rule.rule.startswith("/desk") and not rule.endpoint.startswith("sign_in.")
        action = getattr(app.view_functions[rule.endpoint], ASKED_FOR, "nobody" if staff_only else "anyone")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            listed.setdefault(action, set()).add(f"{method} {rule.rule}")
    return listed


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_every_address_is_listed_under_who_may_open_it(app: Flask) -> None:
    assert who_may(app) == ADDRESSES
    for_tokens = {f"a token for {scope}" for scope in SCOPES}
    assert for_tokens < set(ADDRESSES)
    assert set(ADDRESSES) - {"anyone", OWN, SETTING_UP} - for_tokens <= ACTIONS


def test_a_web_page_loads_nothing_that_only_a_job_needs() -> None:
    code = f"import sys, app; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_only_the_front_door_reads_the_environment() -> None:
    reading = [name for name, path in modules().items() if "os.environ" in path.read_text(encoding="utf-8")]
    assert sorted(set(reading) - {"safekeeping.settings"}) == ["app"]
