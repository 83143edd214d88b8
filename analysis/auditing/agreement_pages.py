"""How far the blind coders of an audit agree: figures a job worked out, a chart, and what is behind each confusion."""

from typing import Any

from flask import Response, abort, make_response, redirect, render_template, url_for

from analysis.auditing import agreement_words as words
from analysis.auditing.agreeing_job import ask_to_agree, measuring
from analysis.auditing.comparing import NEITHER, confusions
from analysis.auditing.designing import at_work, edition_of
from analysis.auditing.label_tables import AuditAgreement
from analysis.auditing.people import names_of
from analysis.auditing.sample_tables import AuditSample
from analysis.auditing.settling import PAIR
from analysis.auditing.standing import Standing, standing_of
from analysis.standard.edition import Edition
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.headers import PICTURE_POLICY
from safekeeping.languages import gettext as _
from surveys.definition.published import definition_of, published_at

bp = staff_blueprint("agreeing", __name__)


@bp.get("/audit/<address>/agreement")
@may("settle")
def look(address: str) -> str:
    """The figures as last worked out, and the table of confusions as it is."""
    row = published_at(kept(), address)
    sample = at_work(kept(), row.id)
    found = kept().get(AuditAgreement, sample.id) if sample else None
    job = measuring(kept(), sample) if sample else None
    return render_template(
        "audit/agreement.html",
        survey=definition_of(row),
        sample=sample,
        found=found,
        waits=job is not None and job.waits,
        said=words.said,
        plain=words.plain,
        overall={name: _(said) for name, said in words.OVERALL.items()},
        of_section={name: _(said) for name, said in words.OF_SECTION.items()},
        **(_shown(sample, found) if sample and found and found.figures["passages"] else {}),
    )


def _shown(sample: AuditSample, found: AuditAgreement) -> dict[str, Any]:
    edition, figures = edition_of(kept(), sample), found.figures
    titles = {section.code: section.title for section in edition.sections}
    people = [bytes.fromhex(pair[side]) for pair in figures["pairs"] for side in ("one", "other")]
    names = names_of(kept(), people)
    codes, cells = _confusions(standing_of(kept(), sample), edition)
    return {
        "figures": figures,
        "titles": titles,
        "verdict": words.verdict(figures["overall"]["alpha_masi"]),
        "described": words.described(figures, titles),
        "names": {person.hex(): name for person, name in names.items()},
        "codes": codes,
        "cells": cells,
    }


def _confusions(standing: Standing, edition: Edition) -> tuple[list[str], dict[tuple[str, str], int]]:
    """The rows and columns of the table, and cell -> how many passages are behind it. Only whole draws count."""
    ready = standing.open_draws()
    pairs = {}
    for unit in standing.units.values():
        for passage in unit.passages if unit.draw in ready else ():
            given = [codes.sections for codes in standing.blind(unit, passage).values()]
            if len(given) == PAIR:
                pairs[passage] = given
    counts = {cell: len(passages) for cell, passages in confusions(pairs).items()}
    return [*edition.section_codes, NEITHER], counts


@bp.get("/audit/<address>/agreement.svg")
@may("settle")
def chart(address: str) -> Response:
    """The chart as a picture of its own."""
    sample = at_work(kept(), published_at(kept(), address).id)
    found = kept().get(AuditAgreement, sample.id) if sample else None
    if sample is None or found is None or not found.chart:
        abort(404)
    response = make_response(words.chart_said(found.chart))
    response.headers["Content-Type"] = "image/svg+xml"
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    return response


@bp.post("/audit/<address>/agreement")
@may("settle")
def measure(address: str) -> Response:
    """Work the figures out anew."""
    sample = at_work(kept(), published_at(kept(), address).id)
    if sample is None:
        abort(404)
    ask_to_agree(kept(), sample)
    return make_response(redirect(url_for("agreeing.look", address=address), 303))
