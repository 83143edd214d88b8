"""Surveys on paper: the questionnaire as it is printed, of one that is being written or of one that is published."""

from flask import Response, make_response, render_template, request, url_for

from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.languages import speaking
from surveys.definition.published import definition_of, published_at
from surveys.definition.retelling import retold
from surveys.definition.survey import Survey
from surveys.paper.sheet import letter_of, sheet
from surveys.writing.faults_said import FAULTS
from surveys.writing.written import as_survey, tables_of, written_by_id

bp = staff_blueprint("paper", __name__)


@bp.get("/write/<written_id>/paper")
@may("write")
def print_written(written_id: str) -> str | Response:
    """The questionnaire of a survey that is being written; what is wrong with it, where it cannot be printed yet."""
    survey, faults = as_survey(tables_of(kept(), written_by_id(kept(), written_id)))
    back = f"/desk/write/{written_id}"
    if survey is None:
        said = [f"{fault.place}: {retold(fault.what, FAULTS)}." for fault in faults]
        return make_response(render_template("paper/not_yet.html", faults=said, back=back), 422)
    return _printed(survey, back)


@bp.get("/collect/<address>/paper")
@may("collect")
def print_published(address: str) -> str:
    """The questionnaire of a published survey."""
    return _printed(definition_of(published_at(kept(), address)), url_for("collect.collect"))


def _printed(survey: Survey, back: str) -> str:
    """On paper as `?audience=`, `?language=` and `?large=1` ask; what is not offered is as if it were not asked for."""
    audience = _offered("audience", (*survey.audience_names(),))
    language = _offered("language", survey.all_languages) or survey.language
    large = request.args.get("large") == "1"
    asked = {"survey": survey, "audience": audience, "large": large, "letter_of": letter_of}
    for_staff = render_template("paper/_print_bar.html", **asked, written_in=language, back=back)
    with speaking(language):
        printed = sheet(survey, audience, language, large)
        return render_template("paper/print.html", sheet=printed, large=large, for_staff=for_staff)


def _offered(name: str, values: tuple[str, ...]) -> str:
    asked = request.args.get(name, "")
    return asked if asked in values else ""
