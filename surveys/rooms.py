"""The staff pages of the first floor: writing, launching, running, entering and bringing in."""

from surveys.importing import check_pages, from_answers_pages, import_pages
from surveys.launching import bank_pages, launch_pages, preview_pages, running_pages
from surveys.managing import pages, set_aside_pages, ticket_pages
from surveys.paper import comparing_pages, entry_pages, print_pages, typing_pages
from surveys.writing import calculated_pages, new_pages, question_pages, survey_pages, words_pages, write_pages

ROOMS = tuple(
    module.bp
    for module in (
        pages,
        set_aside_pages,
        ticket_pages,
        write_pages,
        question_pages,
        survey_pages,
        calculated_pages,
        new_pages,
        preview_pages,
        launch_pages,
        running_pages,
        words_pages,
        bank_pages,
        print_pages,
        entry_pages,
        typing_pages,
        comparing_pages,
        import_pages,
        check_pages,
        from_answers_pages,
    )
)
