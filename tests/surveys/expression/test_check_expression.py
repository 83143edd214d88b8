"""Faults that are found before anybody answers, each with its remedy."""

import pytest

from surveys.expression.check import Domain, faults
from surveys.expression.parse import parse

NAMES = {
    "age": Domain("number", least=0, most=120, whole=True),
    "known": Domain("choice", ("yes", "no", "unsure")),
    "score": Domain("choice", ("1", "2", "3")),
    "forms": Domain("choices", ("shame", "threat", "other")),
    "born": Domain("date"),
    "say": Domain("text"),
    "ok": Domain("boolean"),
    "rating.listened": Domain("choice", ("1", "5")),
}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("${agee} > 1", "there is no question “agee”; write ${age}"),
        ("${rating} = 1", "there is no question “rating”; write ${rating.listened}"),
        ("${zzz} = 1", "there is no question “zzz”; check its name"),
        ("${age} = 'no'", "“age” is a number, and 'no' is not; write a number without quotes, such as 18"),
        (
            "'2020-01-01' < ${age}",
            "“age” is a number, and '2020-01-01' is not; write a number without quotes, such as 18",
        ),
        ("${known} = 'noo'", "“noo” is not among the choices of “known”; use no"),
        ("${known} != 7", "“7” is not among the choices of “known”; use yes, no, unsure"),
        ("selected(${forms}, 'sham')", "“sham” is not among the choices of “forms”; use shame"),
        (
            "selected(${forms}, 'shame threat')",
            "“shame threat” is more than one choice of “forms”; write selected() once for each",
        ),
        ("selected(${age}, 'x')", "“age” is a number and has no choices, as selected() needs; compare it with ="),
        ("${known} > 'no'", "“known” is a choice, and choices have no order; compare with = or !="),
        (
            "${forms} > 2",
            "“forms” may have several choices, and they have no order; use count-selected() or selected()",
        ),
        ("${say} < 'b'", "“say” is a text, and texts have no order; compare with = or !="),
        ("${born} > 5", "“born” is a date, and 5 is not; write a date such as '2020-01-31'"),
        ("${born} = '31/1/2020'", "“born” is a date, and '31/1/2020' is not; write a date such as '2020-01-31'"),
        ("today() = 'x'", "today() is a date, and 'x' is not; write a date such as '2020-01-31'"),
        ("${ok} = 'yes'", "“ok” is a yes or no, and 'yes' is not; write true() or false()"),
        ("${age} = ${known}", "“age” is a number, and “known” is a choice; compare things of one kind"),
        ("${born} < ${age}", "“born” is a date, and “age” is a number; compare things of one kind"),
        ("today() > ${age}", "“age” is a number, and today() is a date; compare things of one kind"),
        (
            "${say} + 1 > 2",
            "“say” is a text, so it cannot be reckoned with; use number(${say}) if it holds a number",
        ),
        ("-${known} = 1", "“known” is a choice, so it cannot be reckoned with; choose a value by if()"),
        (
            "sum(${forms}, 1) = 1",
            "“forms” may have several choices, so it cannot be reckoned with; use count-selected(${forms})",
        ),
        ("${born} * 2 = 3", "“born” is a date, so “*” makes no sense; use + and - only"),
        ("'a' + 1 = 2", "'a' is not a number, so it cannot be reckoned with; write a number"),
        ("format-date(${age}, '%Y') = '1'", "“age” is a number, and format-date() needs a date; give it a date"),
        (
            "format-date('x', '%Y') = '1'",
            "'x' is not a date, as format-date() needs; write a date such as '2020-01-31'",
        ),
        (
            "${known} = 'yes' or 'no'",
            "'no' alone is always true; compare a question with it, such as ${name} = 'no'",
        ),
        ("if(0, ${ok}, ${ok})", "0 alone is always false; compare a question with it, such as ${name} = 0"),
        ("${known} = no", "“no” has neither quotes nor brackets; write 'no' for a value or ${no} for a question"),
        ("known = 'no'", "“known” has no brackets; write ${known} for the question"),
        (". > 3", "“.” stands only in the check of an answer; name the question: ${name}"),
        ("regex(${say}, '(')", "the pattern cannot be read (missing ) at position 1); mend it"),
        ("${age} + 1", "“${age} + 1” is a number, not a condition; compare it with something"),
        ("concat(${say}, 'a')", "“concat(${say}, 'a')” is a text, not a condition; compare it with something"),
    ],
)
def test_a_fault_names_the_remedy(text: str, fault: str) -> None:
    assert faults(parse(text), NAMES, wants="condition") == [fault]


@pytest.mark.parametrize(
    "text",
    [
        "${known} = 'no' and ${age} >= 18",
        "${known} = ''",
        "${known}",
        "${forms} = 'shame threat'",
        "selected(${forms}, 'shame') and count-selected(${forms}) > 1",
        "selected(${say}, 'x')",
        "${score} > 1 and ${score} + 1 = ${age}",
        "${born} < today() - 30 and ${born} >= '2020-05'",
        "int((today() - ${born}) div 365.25) >= 18",
        "(${known} = 'no') + (${age} < 18) > 1",
        "${ok} = true() or ${ok} = 'false'",
        "${say} > 5",
        "if(${ok}, ${age} > 1, ${born} > '2020')",
        "substr(${say}, 0, 2) + 1 = 3",
        "regex(${say}, '[a-z]{2,40}')",
        "boolean(${say})",
        "${rating.listened} >= 5",
    ],
)
def test_a_sound_condition_has_no_fault(text: str) -> None:
    assert faults(parse(text), NAMES, wants="condition") == []


def test_a_calculation_may_be_any_value() -> None:
    for text in ("${age} + 1", "'a'", "concat(${say}, 'a')", "3"):
        assert faults(parse(text), NAMES, wants="value") == []


def test_a_choice_filter_names_columns() -> None:
    tree = parse("state = ${known} and twon = 'x'")
    found = faults(tree, NAMES, wants="condition", properties=frozenset({"state", "town"}))
    assert found == ["the choices have no column “twon”; write town"]


def test_a_constraint_knows_what_it_checks() -> None:
    assert faults(parse(". > 3 and . < ${age}"), NAMES, wants="condition", itself=NAMES["age"]) == []
    assert faults(parse(". = 'x'"), NAMES, wants="condition", itself=NAMES["age"]) == [
        "the answer is a number, and 'x' is not; write a number without quotes, such as 18"
    ]


def test_every_fault_is_found_once() -> None:
    found = faults(parse("${a1} > 1 or ${a1} > 2 or ${age} = 'x'"), NAMES, wants="condition")
    assert len(found) == 2
