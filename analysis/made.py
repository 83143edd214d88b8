"""What is made from answers: these tables go when the answers do."""

from sqlalchemy import Table

from analysis.auditing.label_tables import (
    AuditAgreement,
    AuditCoding,
    AuditDecision,
    AuditSeat,
    Practice,
    PracticeCoding,
)
from analysis.auditing.queue_tables import CodingShare, WordSearch
from analysis.auditing.sample_tables import AuditDraw, AuditSample, AuditUnit
from analysis.coding.desk_tables import DeskCount, PassageMark, PassageMemo
from analysis.coding.flag_tables import PassageFlags, SafetyLook
from analysis.coding.tables import Coding, DeskAct, Passage, ResponseLevels, Suggestion
from analysis.emerging.candidates import CandidatePassage, CandidateTheme, EmergingGroups
from analysis.findings.estimates_kept import Estimates
from analysis.findings.kept_charts import DrawnChart
from analysis.findings.releases.release_tables import FindingsRelease
from analysis.findings.tables import Findings
from analysis.findings.waves.wave_shares import WaveShares
from analysis.learning.tables import Learning
from analysis.local_model.remembering import ModelAnswer
from analysis.local_model.tables import ModelUse
from analysis.quoting.tables import (
    ProposedQuote,
    QuoteLedger,
    QuoteRelease,
    QuoteReplacement,
    QuoteReview,
    QuoteVersion,
)
from analysis.reading.tables import ReadingFigures, SavedQuery
from analysis.reporting.made_reports import MadeReport, ReportFile
from analysis.sharing.made_files import Export
from analysis.sharing.wave import Wave, WaveMember
from surveys.importing.waiting import TakenImport, WaitingImport
from surveys.intake.progress import Progress
from surveys.paper.forms import PaperEntry, PaperForm

_MODELS = (
    QuoteLedger,
    QuoteRelease,
    QuoteReview,
    QuoteReplacement,
    QuoteVersion,
    ProposedQuote,
    Findings,
    DrawnChart,
    Estimates,
    WaveShares,
    FindingsRelease,
    Progress,
    SavedQuery,
    ReadingFigures,
    EmergingGroups,
    CandidatePassage,
    CandidateTheme,
    Learning,
    ModelAnswer,
    ModelUse,
    DeskCount,
    DeskAct,
    PassageMemo,
    PassageMark,
    WordSearch,
    CodingShare,
    PracticeCoding,
    Practice,
    AuditAgreement,
    AuditDecision,
    AuditCoding,
    AuditSeat,
    AuditUnit,
    AuditDraw,
    AuditSample,
    Coding,
    SafetyLook,
    PassageFlags,
    ResponseLevels,
    Suggestion,
    Passage,
    ReportFile,
    MadeReport,
    Export,
    WaveMember,
    Wave,
    PaperEntry,
    PaperForm,
    WaitingImport,
    TakenImport,
)
#: Those that name a survey are deleted with its answers; the others go with the responses or forms they belong to.
MADE: tuple[Table, ...] = tuple(each.metadata.tables[each.__tablename__] for each in _MODELS)
