"""Queues of the ordinary desk: their order, their length, the way into coding, and who has which part."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from analysis.auditing.queue_tables import CodingShare, WordSearch
from analysis.auditing.queues import next_in, queue_of
from analysis.auditing.shares import loads, wanted_of
from analysis.auditing.word_search import search_words
from analysis.coding.flag_tables import PassageFlags
from analysis.coding.tables import Coding, Passage, Suggestion
from tests.analysis.auditing.conftest import Audit, send
from tests.factories import NOW

Look = Callable[[Any], list[Any]]
ONE_STORE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
DESK = "/desk/code/tiny"


def found(audit: Audit, queue: str, name: str = "Ann") -> list[bytes]:
    passages = queue_of(audit.session, queue, audit.row.id, audit.person(name).id)
    return list(passages or ())


def test_every_queue_leaves_out_what_is_coded_and_what_is_audited(audit: Audit) -> None:
    ann = audit.person("Ann")
    passages = sorted(audit.session.scalars(select(Passage)), key=lambda each: each.id)
    unsure = passages[0]
    audit.session.get_one(Suggestion, unsure.id).probabilities = {"OE": 0.51}
    flags = {"rules": "r", "identifiers": [], "danger": True, "chance": 0.9, "signs": []}
    audit.session.add_all(PassageFlags(passage_id=each.id, **flags) for each in passages[:3])
    audit.session.add_all(
        CodingShare(response_id=each, staff_id=ann.id) for each in {one.response_id for one in passages[:3]}
    )
    search = WordSearch(
        survey_id=audit.row.id, staff_id=ann.id, words=b"", passages=[each.id.hex() for each in passages[:3]],
        state="done", asked_at=NOW,
    )  # fmt: skip
    audit.session.add(search)
    audit.session.commit()
    words = f"words:{search.id.hex()}"
    queues = ("learning", "assigned", "flagged", "code:OE", words)
    assert found(audit, "learning")[0] == unsure.id
    assert len(found(audit, "learning")) == len(found(audit, "code:OE")) == 72
    assert found(audit, "code:AE") == found(audit, 'code:O"E') == []
    assert set(found(audit, words)) == {each.id for each in passages[:3]}
    assert found(audit, "words:none") == found(audit, "words:00") == []
    assert queue_of(audit.session, "nothing", audit.row.id, ann.id) is None
    audit.draw(survivor=24, provider=12)
    assert all(found(audit, queue) == [] for queue in queues)


@ONE_STORE
def test_what_is_coded_is_in_no_queue_any_more(audit: Audit) -> None:
    ann = audit.person("Ann")
    first = found(audit, "learning")[0]
    said = {"sections": ["AE"], "act": "changed", "standard": "mdan", "coded_at": NOW}
    audit.session.add(Coding(passage_id=first, staff_id=ann.id, **said))
    audit.session.commit()
    assert first not in found(audit, "learning")
    assert first not in found(audit, "learning", "Ben")  # suggestions have it to learn from already
    assert first not in found(audit, "code:OE")
    assert first in found(audit, "code:OE", "Ben")
    assert next_in(audit.session, "learning", audit.row.id, ann.id) is not None


@ONE_STORE
def test_the_desk_goes_on_in_its_queue(audit: Audit, look: Look) -> None:
    order = found(audit, "learning")
    audit.session.commit()
    ann = audit.at("Ann")
    page = ann.get("/desk/queues/tiny").text
    assert f"{DESK}?queue=learning" in page
    assert "Code 72 passages" in page
    place = ann.get(f"{DESK}?queue=learning").headers["Location"]
    assert place == f"{DESK}/{order[0].hex()}?queue=learning"
    on = send(ann, place, decide="none").headers["Location"]
    following = found(audit, "learning")[0].hex()
    audit.session.commit()
    assert on.startswith(f"{DESK}/{following}?")
    assert "queue=learning" in on
    assert len(look(select(Coding))) == 1
    assert ann.get(f"{DESK}?queue=assigned").headers["Location"] == "/desk/queues/tiny"
    assert "queue" not in ann.get(DESK).headers["Location"]


@ONE_STORE
def test_words_are_sought_in_sealed_answers(audit: Audit, look: Look) -> None:
    audit.draw(survivor=4)
    ann = audit.at("Ann")
    assert send(ann, "/desk/queues/tiny", words=" !! ").status_code == 422
    assert send(ann, "/desk/queues/tiny", words="x" * 61).status_code == 422
    assert send(ann, "/desk/queues/tiny", words="WAITING  list").status_code == 303
    (search,) = look(select(WordSearch))
    assert b"waiting" not in search.words.lower()
    assert "being searched" in ann.get("/desk/queues/tiny").text
    search_words(audit.bench, search.id.hex())
    (search,) = look(select(WordSearch))
    assert (len(search.passages), search.state) == (32, "done")  # not those of the audit
    assert "Code 32 passages" in ann.get("/desk/queues/tiny").text
    assert "waiting" not in audit.at("Ben").get("/desk/queues/tiny").text.lower().partition("by words")[2]
    place = ann.get(f"{DESK}?queue=words:{search.id.hex()}").headers["Location"]
    assert "waiting list" in ann.get(place).text


@ONE_STORE
def test_parts_are_given_out_and_taken_back(audit: Audit, look: Look) -> None:
    lead, ann = audit.at("Lead Person", "coding lead"), audit.person("Ann").id
    page = "/desk/queues/tiny/people"
    assert audit.at("Ann").get(page).status_code == 403
    wrong = send(lead, page, person=ann.hex(), count="some")
    assert wrong.status_code == 422
    assert 'value="some"' in wrong.text
    assert send(lead, page, person="nobody", count="3").status_code == 422
    assert send(lead, page, person=ann.hex(), count="25%").status_code == 303
    assert len(look(select(CodingShare))) == 9
    assert send(lead, page, person=audit.person("Ben").id.hex(), count="100").headers["Location"].endswith("done=given")
    assert send(lead, page, person=ann.hex(), count="1").headers["Location"].endswith("done=none")
    mine = found(audit, "assigned")
    said = {"sections": ["AE"], "act": "changed", "standard": "mdan", "coded_at": NOW}
    audit.session.add(Coding(passage_id=mine[0], staff_id=ann, **said))
    audit.session.commit()
    load = loads(audit.session, audit.row.id)[ann]
    audit.session.commit()
    assert (load.responses, load.passages, load.done, load.left, load.coded) == (9, 18, 1, 17, 1)
    send(lead, page, back=ann.hex())
    assert len(look(select(CodingShare).where(CodingShare.staff_id == ann))) == 1  # what she has begun stays hers
    assert send(lead, page, back="nobody").status_code == 400


def test_how_many_was_typed() -> None:
    assert [wanted_of(typed, 80) for typed in ("40", " 25 % ", "100%", "0")] == [40, 20, 80, 0]
    assert {wanted_of(typed, 80) for typed in ("", "many", "-3", "101%", "1.5", "²", "9999999")} == {None}
