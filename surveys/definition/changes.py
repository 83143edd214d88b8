"""What changed between two versions of a survey, question by question, and what it means for counting answers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from safekeeping.languages import gettext as _
from safekeeping.languages import ngettext
from surveys.definition.compared import (
    CHOICES,
    CONDITION,
    KIND,
    KIND_CALLED,
    LIMITS,
    MOVED,
    NEW,
    REMOVED,
    REWORDED,
    SAME,
    SCALE,
    TRANSLATION,
    VALUES,
    WORDS,
)
from surveys.definition.parts import DEFAULT
from surveys.definition.places import outside
from surveys.definition.questions import AnyQuestion
from surveys.definition.survey import Page, Survey
from surveys.definition.texts import texts_of
from surveys.definition.why import names_in_words
from surveys.expression.words import in_words

#: What each change means for whoever counts the answers.
MEANS = {
    SAME: _("Answers before and after can be counted together."),
    NEW: _("It has no answers from before."),
    REMOVED: _("Answers that were given stay. No more will come."),
    MOVED: _(
        "What people read before a question can colour their answer. Answers can be counted together with a note."
    ),
    REWORDED: _("People answered other words before. Count them together only if the sense is the same, and say so."),
    CHOICES: _("People chose from other answers before. Compare only the choices that both have, and say so."),
    SCALE: _("The points are not the same, so figures before and after cannot be compared."),
    KIND: _("It is now another kind of question, so figures before and after cannot be compared."),
    CONDITION: _("Other people are asked than before, so a share stands for another group. Do not read it as a trend."),
    LIMITS: _("Other answers are allowed than before. Look at the lowest and highest values before you compare."),
    TRANSLATION: _("Answers given in that language were given to other words. Look at them apart if there are many."),
}
#: After these, a line of figures over time must not be drawn on.
BREAKS = frozenset({SCALE, KIND, CHOICES, CONDITION, REWORDED})


@dataclass(frozen=True)
class Difference:
    """One thing that is not as before: which change it is, what it is about, and the words before and after."""

    change: str
    about: str
    before: str
    after: str


@dataclass(frozen=True)
class Changed:
    """What happened to one question. No differences and not new or removed: it is the same."""

    name: str
    label: str
    changes: tuple[str, ...]
    differences: tuple[Difference, ...] = ()

    @property
    def means(self) -> list[str]:
        """What its changes mean for counting, a sentence each."""
        return [MEANS[change] for change in self.changes]

    @property
    def breaks(self) -> bool:
        """Whether answers before and after are no longer answers to one question."""
        return bool(BREAKS & set(self.changes))


@dataclass(frozen=True)
class Changes:
    """All that changed from one version to the next: its questions, and the other texts and settings."""

    questions: tuple[Changed, ...]
    others: tuple[Difference, ...] = field(default=())

    @property
    def changed(self) -> list[Changed]:
        """The questions that are not the same."""
        return [each for each in self.questions if each.changes != (SAME,)]

    @property
    def in_a_sentence(self) -> str:
        """What it all means, for whoever publishes it."""
        if not self.changed and not self.others:
            return _("Nothing changed.")
        broken = sum(each.breaks for each in self.questions)
        if not broken:
            return _("Every question that was asked before can still be counted together with its earlier answers.")
        return ngettext(
            "For {number} question, answers before and after this version should not be counted together "
            "without a note.",
            "For {number} questions, answers before and after this version should not be counted together "
            "without a note.",
            broken,
        )


def changes(before: Survey, after: Survey) -> Changes:
    """Compare two versions. A question is the same one if it has the same name, or else the same lineage."""
    pairs = _pairs(before, after)
    moved = _moved([old.name for old, _ in pairs], [old.name for old in _in_new_order(pairs, after)])
    found = {new.name: _compared(before, after, old, new, old.name in moved) for old, new in pairs}
    news = [found.get(new.name) or Changed(new.name, _label(new), (NEW,)) for new in after.questions]
    kept = {old.name for old, _ in pairs}
    gone = [Changed(old.name, _label(old), (REMOVED,)) for old in before.questions if old.name not in kept]
    return Changes((*news, *gone), tuple(_others(before, after)))


def identity(question: AnyQuestion) -> str:
    """What ties a question to its earlier appearances."""
    return question.lineage or question.name


def _pairs(before: Survey, after: Survey) -> list[tuple[AnyQuestion, AnyQuestion]]:
    """Each question that is in both, in the old order."""
    by_identity = {identity(new): new for new in after.questions if before.question(new.name) is None}
    both = [(old, after.question(old.name) or by_identity.get(identity(old))) for old in before.questions]
    return [(old, new) for old, new in both if new is not None]


def _in_new_order(pairs: list[tuple[AnyQuestion, AnyQuestion]], after: Survey) -> list[AnyQuestion]:
    places = {question.name: at for at, question in enumerate(after.questions)}
    return [old for old, new in sorted(pairs, key=lambda pair: places[pair[1].name])]


def _moved(before: list[str], after: list[str]) -> set[str]:
    """The fewest that had to change places."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    stayed = {name for block in blocks for name in before[block.a : block.a + block.size]}
    return set(before) - stayed


def _compared(before: Survey, after: Survey, old: AnyQuestion, new: AnyQuestion, moved: bool) -> Changed:
    differences = [*compare(before, after, old, new)]
    pages = before.page_of[old.name], after.page_of[new.name]
    if moved or pages[0].name != pages[1].name:
        differences.append(Difference(MOVED, _("page"), *(page.title[DEFAULT] for page in pages)))
    if pages[0].relevant != pages[1].relevant or pages[0].audiences != pages[1].audiences:
        said = (_shown_when(survey, page) for survey, page in zip((before, after), pages, strict=True))
        differences.append(Difference(CONDITION, _("when its page is shown"), *said))
    found = tuple(dict.fromkeys(each.change for each in differences))
    return Changed(new.name, _label(new), found or (SAME,), tuple(differences))


def compare(before: Survey, after: Survey, old: AnyQuestion, new: AnyQuestion) -> Iterator[Difference]:
    """What is not the same in a question of one survey and a question of another; its page aside."""
    if old.kind != new.kind:
        yield Difference(KIND, _("kind of question"), *(_(KIND_CALLED[each.kind]) for each in (old, new)))
    for change, about, words in WORDS:
        yield from _words_compared(change, _(about), words(old), words(new), {*before.languages, *after.languages})
    for change, about, value in VALUES:
        if value(old) != value(new):
            yield Difference(change, _(about), value(old), value(new))
    if old.relevant != new.relevant:
        yield Difference(CONDITION, _("asked if"), _condition(before, old), _condition(after, new))
    if old.audiences != new.audiences:
        yield Difference(CONDITION, _("asked of"), _plurals(before, old), _plurals(after, new))


def _words_compared(
    change: str, about: str, old: dict[str, str], new: dict[str, str], languages: set[str]
) -> Iterator[Difference]:
    """Keys of `languages` are translations."""
    for key in dict.fromkeys([*old, *new]):
        if old.get(key, "") != new.get(key, ""):
            translated = key.rpartition("-")[2] in languages
            said = f"{about} ({key})" if key != DEFAULT else about
            yield Difference(TRANSLATION if translated else change, said, old.get(key, ""), new.get(key, ""))


def _condition(survey: Survey, part: Page | AnyQuestion) -> str:
    """When a part is shown, in words."""
    return in_words(part.relevant.tree, names_in_words(survey)) if part.relevant else _("always")


def _plurals(survey: Survey, part: Page | AnyQuestion) -> str:
    names = survey.audience_names()
    return ", ".join(names.get(name, name) for name in part.audiences) or _("everybody")


def _label(question: AnyQuestion) -> str:
    return question.wording[DEFAULT]


def _shown_when(survey: Survey, page: Page) -> str:
    return f"{_plurals(survey, page)}, {_condition(survey, page)}"


def _others(before: Survey, after: Survey) -> Iterator[Difference]:
    """Texts outside the questions, and what the survey as a whole is."""
    old, new = _other_texts(before), _other_texts(after)
    for place in dict.fromkeys([*old, *new]):
        (was_called, before_text), (called, after_text) = old.get(place, NOTHING), new.get(place, NOTHING)
        if before_text != after_text:
            yield Difference(REWORDED, called or was_called, before_text, after_text)
    for about, name in SETTINGS_COMPARED:
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            said = [", ".join(each) if isinstance(each, tuple) else str(each or "") for each in (was, now)]
            yield Difference(REWORDED, _(about), *said)


#: What people call a setting of the whole survey, and its field.
SETTINGS_COMPARED = (
    (_("title"), "title"),
    (_("languages"), "languages"),
    (_("standard"), "standard"),
    (_("wave"), "wave"),
    (_("months for which answers are kept"), "keep_months"),
)
#: What a text is called, and the text, where there is none.
NOTHING = ("", "")


def _other_texts(survey: Survey) -> dict[str, tuple[str, str]]:
    """Place and key -> what people call it, and the text. The place names its page, which may have moved."""
    pages, found = {page.name: _("Page {number}", number=number) for number, page in enumerate(survey.pages, 1)}, {}
    for place, wording in texts_of(survey):
        called = outside(place.said, pages.get(place.page, ""))
        for key, text in wording.items() if not place.question else ():
            found[f"{place.said} ({key})"] = (called if key == DEFAULT else f"{called} ({key})", text)
    return found
