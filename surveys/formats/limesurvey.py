"""Read a LimeSurvey survey (.lss): its groups become pages, its conditions ours, and the rest a line each."""

import re
from pathlib import Path

from safekeeping.languages import gettext as _
from surveys.expression.tree import Tree
from surveys.expression.write import write
from surveys.formats.drafting import Draft, Table
from surveys.formats.foreign_logic import NotCarried
from surveys.formats.limesurvey_attributes import put_in
from surveys.formats.limesurvey_kinds import KINDS
from surveys.formats.limesurvey_logic import LimeNames, conditions_of, is_always, is_never, relevance_of
from surveys.formats.limesurvey_reading import Reading, place_of
from surveys.formats.limesurvey_rows import LimeGroup, LimeQuestion, LimeSurvey, Texts, survey_in
from surveys.formats.losses import Imported, bad
from surveys.formats.opening import open_xml
from surveys.formats.piping import pipe

MOST = 3_000
#: How LimeSurvey shows an answer in a text.
PIPED = re.compile(r"(?<!\$)\{([A-Za-z0-9][^{}]{0,300})\}")
ENDINGS = ("", ".shown", ".NAOK", ".code", ".value", ".valueNAOK")
#: Tables that are not read, and what they hold.
OTHERS = {
    "quota": "quotas, which close the survey to some people",
    "quota_members": "quotas, which close the survey to some people",
    "quota_languagesettings": "quotas, which close the survey to some people",
    "quota_l10ns": "quotas, which close the survey to some people",
    "assessments": "assessments, which give points for answers",
    "defaultvalues": "answers that are filled in beforehand",
    "defaultvalue_l10ns": "answers that are filled in beforehand",
    "survey_url_parameters": "parameters in the address, which could tell who answers",
    "plugin_settings": "settings of plug-ins",
    "tokens": "a list of people who were invited",
}
#: Texts of the survey that have no place here: column, what it is.
WORDS = {
    "surveyls_endtext": "the text at the end",
    "surveyls_url": "the address people are sent to at the end",
    "surveyls_policy_notice": "the notice on how data are used; write it on the page “Your privacy”",
    "surveyls_email_invite": "texts of e-mails",
    "surveyls_email_remind": "texts of e-mails",
    "surveyls_email_register": "texts of e-mails",
    "surveyls_email_confirm": "texts of e-mails",
}


def read_limesurvey(path: Path) -> Imported:
    """The survey in the .lss file at `path`, and what was not carried over. Raises `BadFile`."""
    root = open_xml(path, ("lss",))
    if root.find("LimeSurveyDocType") is not None and (root.findtext("LimeSurveyDocType") or "") != "Survey":
        what = _("it holds a part of a survey only; export the survey structure (.lss) in LimeSurvey")
        raise bad(path.name, "", what)
    survey = survey_in(root)
    if sum(len(group.questions) + sum(len(each.subs) for each in group.questions) for group in survey.groups) > MOST:
        raise bad(path.name, "", _("it has more than {most} questions; split it", most=f"{MOST:,}"))
    return _Reader(survey, path.name).read()


class _Reader:
    """Two rounds: first every question gets its name and values, then conditions are read, which may name any."""

    def __init__(self, survey: LimeSurvey, file: str) -> None:
        settings = survey.settings
        first = settings.get("language") or next((row.get("surveyls_language", "") for row in survey.words), "")
        more = settings.get("additional_languages", "").split()
        self.survey, self.file = survey, file
        self.draft = Draft(first or "en", more or sorted({row.get("surveyls_language", "") for row in survey.words}))
        self.reading = Reading(self.draft, settings.get("sid", ""))
        self.made: list[tuple[LimeGroup, list[tuple[LimeQuestion, list[Table]]]]] = []

    def read(self) -> Imported:
        for group in self.survey.groups:
            self.made.append((group, [(each, self.question(each)) for each in group.questions]))
        self.names = LimeNames(self.reading.known)
        self.equations()
        for group, asked in self.made:
            for question, tables in asked:
                self.conditions(question, tables)
                put_in(self.reading, question, tables)
            self.page(group, [table for _, tables in asked for table in tables])
        self.around()
        shown = {name + end: known for name, known in self.reading.known.items() for end in ENDINGS}
        pipe([self.draft.pages, self.draft.intro], PIPED, shown, self.draft.losses)
        return self.draft.finish(self.file, self.words("surveyls_title").get(self.draft.language, "") or self.title())

    def title(self) -> str:
        return next(iter(self.words("surveyls_title").values()), "")

    def words(self, column: str) -> Texts:
        """A text of the survey by language."""
        return {row.get("surveyls_language", ""): row[column] for row in self.survey.words if row.get(column)}

    def question(self, question: LimeQuestion) -> list[Table]:
        place, kind = place_of(question), question.row.get("type", "")
        if is_never(question.row.get("relevance", "")) or (question.attribute("hidden") == "1" and kind != "*"):
            self.draft.lose(place, _("it is shown to nobody"), _("it is left out"))
            return []
        if kind not in KINDS:
            self.draft.lose(
                place, _("“{kind}” is a kind of question that is not known here", kind=kind[:10]), _("it is left out")
            )
            return []
        return KINDS[kind](self.reading, question)

    def equations(self) -> None:
        for name, text, place in self.reading.equations:
            tree = self.tree(text, place, "it is left out")
            if tree is not None:
                self.draft.calculated.append({"name": name, "value": write(tree)})

    def tree(self, text: str, place: str, instead: str = "it is shown to everybody") -> Tree | None:
        try:
            return relevance_of(text, self.names)
        except NotCarried as fault:
            said = " ".join(text.split())[:200]
            self.draft.lose(place, _("“{said}” cannot be carried over: {fault}", said=said, fault=fault), instead)
            return None

    def conditions(self, question: LimeQuestion, tables: list[Table]) -> None:
        place, relevance = place_of(question), question.row.get("relevance", "")
        rows = [row for row in self.survey.conditions if row.get("qid") == question.row.get("qid")]
        tree = None if is_always(relevance) else self.tree(relevance, place)
        if is_always(relevance) and rows:
            try:
                tree = conditions_of(rows, self.names)
            except NotCarried as fault:
                self.draft.lose(
                    place,
                    _("its conditions cannot be carried over: {fault}", fault=fault),
                    _("it is shown to everybody"),
                )
        if tree is not None:
            for table in tables:
                table["relevant"] = write(tree)
        for part in question.subs:
            if not is_always(part.relevance):
                self.draft.lose(
                    place,
                    _("“{code}” is shown only if “{relevance}”", code=part.code, relevance=part.relevance[:80]),
                    _("it is always shown"),
                )

    def page(self, group: LimeGroup, questions: list[Table]) -> None:
        name = next(iter(group.names.values()), "")
        place = f"group “{name[:60]}”"
        description = self.draft.wording(group.descriptions, place)
        if description and questions:
            intro = self.draft.name(f"about_{len(self.draft.pages) + 1}", "")
            questions = [{"name": intro, "kind": "information", "wording": description}, *questions]
        relevance = group.row.get("grelevance", "")
        tree = None if is_always(relevance) else self.tree(relevance, place)
        if group.row.get("randomization_group"):
            self.draft.lose(place, _("groups are mixed at random"), _("the order of the file is kept"))
        self.draft.page(self.draft.wording(group.names, place), questions, name, write(tree) if tree else "")

    def around(self) -> None:
        """What stands around the questions."""
        for column in ("surveyls_description", "surveyls_welcometext"):
            wording = self.draft.wording(self.words(column), column.removeprefix("surveyls_"))
            self.draft.intro += [wording] if wording else []
        for column, what in WORDS.items():
            if self.words(column):
                self.draft.lose("survey", what, _("it is left out"))
        for table in self.survey.others:
            self.draft.lose("survey", OTHERS.get(table, f"the table “{table[:40]}”"), _("it is left out"))
        self.draft.lose(
            "survey", _("settings of LimeSurvey (dates, theme, tokens, notifications)"), _("they are left out")
        )
