"""The staff pages of the ground floor: accounts, people, the organisation, the trail."""

from safekeeping import account_pages, organisation_pages, people_pages, sign_in, token_pages, trail_pages

ROOMS = (
    sign_in.bp,
    sign_in.own,
    account_pages.bp,
    people_pages.bp,
    organisation_pages.bp,
    token_pages.bp,
    trail_pages.bp,
)
