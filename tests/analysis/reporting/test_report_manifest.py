"""The manifest of a report: what it holds, what it refuses, and how two compare."""

import json
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.findings.shown import ALL, Figure, ShownTable
from analysis.reporting.inputs import RESPONSES
from analysis.reporting.manifest import Manifest, NotAManifest, compare, figure_hashes
from analysis.reporting.reading_manifest import manifest_in
from analysis.reporting.verifying import said
from tests.analysis.reporting.samples import facts, table


def changed(given: ShownTable, code: str, figure: Figure) -> ShownTable:
    return replace(given, figures={**given.figures, (code, ALL): figure})


def test_every_figure_has_a_hash_of_its_own_place() -> None:
    hashes = figure_hashes([table()])
    for code, group in table().figures:
        assert len(hashes[f"audience/{code}/{group}"]) == 16
    assert len(hashes) == len(table().figures) + len(table().groups) + len(table().differences)


def test_one_changed_figure_is_named_and_no_other() -> None:
    printed = facts().manifest
    other = changed(table(), "AE", Figure(1, 0, 2, "corrected"))
    found = compare(printed, replace(printed, figures=figure_hashes([other])))
    assert not found.holds
    assert found.other == ("audience/AE/*",)
    assert "\n".join(said(found)).count("audience/") == 1


def test_figures_that_came_or_went_are_named() -> None:
    printed = facts().manifest
    fewer = {name: each for name, each in printed.figures.items() if "/survivor" not in name}
    gone, new = compare(printed, replace(printed, figures=fewer)), compare(replace(printed, figures=fewer), printed)
    assert gone.missing == new.new
    assert len(gone.missing) > 20
    assert "and" in "\n".join(said(gone))


def test_why_figures_may_differ_is_said_once_for_each_input() -> None:
    printed = facts().manifest
    inputs = {**printed.inputs, RESPONSES: "00", "Audit 1.1 frame": "11", "Audit 1.1 seed": "22"}
    lines = list(said(compare(printed, replace(printed, inputs=inputs))))
    assert lines[0].startswith("All ")
    assert len(lines) == 3
    assert "audit sample" in lines[1]
    assert "took theirs back" in lines[2]


def test_no_figure_is_printed_by_a_check() -> None:
    printed = facts().manifest
    found = compare(
        printed, replace(printed, figures=figure_hashes([changed(table(), "AE", Figure(83, 81, 85, "machine"))]))
    )
    assert "83" not in "".join(said(found))


def test_a_report_that_was_changed_after_it_was_made_is_called_so() -> None:
    printed = facts().manifest
    forged = replace(printed, figures={**printed.figures, "audience/AE/*": "0" * 16})
    assert "changed" in list(said(compare(forged, printed)))[-1]


def test_it_comes_back_as_it_went() -> None:
    assert Manifest.from_text(facts().manifest.to_text()) == facts().manifest


@settings(max_examples=60)
@given(
    st.one_of(
        st.binary(max_size=300), st.binary(max_size=200).map(lambda some: b"%PDF-1.7\nstream\n" + some + b"endstream")
    )
)
def test_what_is_no_report_is_refused(content: bytes) -> None:
    with pytest.raises(NotAManifest):
        manifest_in(content)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=8), each, max_size=3),
        max_leaves=8,
    )
)
@settings(max_examples=60)
def test_other_json_is_refused(told: object) -> None:
    for each in (told, {"form": "heard report manifest 1", "inputs": told}):
        with pytest.raises(NotAManifest):
            manifest_in(json.dumps(each).encode())


def test_an_archive_without_one_is_refused_and_one_with_entities_too() -> None:
    for name, content in (("a.txt", "x"), ("customXml/manifest.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')):
        held = BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr(name, content)
        with pytest.raises(NotAManifest):
            manifest_in(held.getvalue())
