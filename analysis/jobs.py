"""The kinds of long work. Each is named, not imported: a web page must not load what only a job needs."""

from pkgutil import resolve_name

from safekeeping.database import session_for
from safekeeping.jobs import Bench, Parts, Work, enqueue


def _named(place: str, *then: str) -> Work:
    """The function at `package.module:function`, found when the job runs; and the kinds of work that follow from it."""

    def start(bench: Bench, argument: str) -> Parts | bytes | None:
        outcome: Parts | bytes | None = resolve_name(place)(bench, argument)
        if then:
            with session_for(bench.engine) as session:
                bench.hold(session)
                for kind in then:
                    enqueue(session, kind, argument)
        return outcome

    return start


KINDS: dict[str, Work] = {
    "take in": _named("analysis.taking_in:take_in"),
    "code part": _named("analysis.taking_in:take_in_part"),
    "check import": _named("surveys.importing.taking:check_import"),
    "import": _named("surveys.importing.taking:take_import"),
    "ask model": _named("analysis.local_model.running:ask_model"),
    "learn": _named("analysis.learning.learning:learn"),
    "read": _named("analysis.reading.working:read"),
    "count words": _named("analysis.reading.working:count_words", "draw charts"),
    "draw charts": _named("analysis.findings.charting:draw_charts"),
    "find new": _named("analysis.emerging.finding:find_new"),
    "suggest parts": _named("analysis.suggesting_parts:suggest_parts"),
    "draw audit": _named("analysis.auditing.designing:draw_audit"),
    "audit agreement": _named("analysis.auditing.agreeing:agree"),
    "estimate": _named("analysis.findings.estimating:estimate", "draw charts", "check triggers"),
    "check triggers": _named("analysis.revision.earlier_review:check_triggers"),
    "wave shares": _named("analysis.findings.waves.bridging:make_shares"),
    "search words": _named("analysis.auditing.word_search:search_words"),
    "release quotes": _named("analysis.quoting.releasing:release_quotes"),
    "withdraw": _named("analysis.withdrawing:withdraw"),
    "weigh": _named("analysis.sharing.making:weigh"),
    "export": _named("analysis.sharing.making:make"),
    "report": _named("analysis.reporting.making:make_report"),
}
