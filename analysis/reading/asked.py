"""What somebody asks of the words and codes: one plain value, as text and back. Pure."""

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

#: How passages can be coded: by people who agree or else by the suggestion; by whom it is said; by nobody.
BEST, PEOPLE, SETTLED, SUGGESTED, NOBODY = "best", "people", "settled", "suggested", "nobody"
#: The tools.
FIND, KWIC, BESIDE, FREQUENCIES, KEYNESS, TOGETHER = "find", "kwic", "beside", "frequencies", "keyness", "together"
KINDS = (FIND, KWIC, BESIDE, FREQUENCIES, KEYNESS, TOGETHER)
#: A group of passages for keyness: what it is a group by, and which.
AUDIENCE, WAVE, CODE = "audience", "wave", "code"


@dataclass(frozen=True)
class Asked:
    """One question to the words and codes of a survey.

    `text` is in the language of `text_query`. Codes are of sections and themes; `by` says who gave them. Empty choices
    choose everything, but `waves`, which are addresses and name at least the survey itself. `group` and `against` are
    for keyness, as `audience:survivor`, `wave:views` or `code:AE`; an empty `against` is everything else.
    """

    kind: str = FIND
    text: str = ""
    stems: bool = False
    case: bool = False
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    by: str = BEST
    stances: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    waves: tuple[str, ...] = ()
    quotable: bool = False
    sort: str = "after"
    window: int = 5
    pairs: bool = False
    little: bool = False
    group: str = ""
    against: str = ""
    level: str = ""
    name: str = ""

    def to_json(self) -> str:
        """As text. What is as by default is left out, so that older text can be read by newer programs."""
        usual = asdict(type(self)())
        own = {name: value for name, value in asdict(self).items() if value != usual[name]}
        return json.dumps(own, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What `to_json` wrote. What a newer program knew and this one does not is left out."""
        known = {field.name for field in fields(cls)}
        content: dict[str, Any] = {name: value for name, value in json.loads(text).items() if name in known}
        own: dict[str, Any] = {n: tuple(value) if isinstance(value, list) else value for n, value in content.items()}
        return cls(**own)

    def of_word(self, word: str) -> Self:
        """The concordance of one word, among the same passages."""
        quoted = f'"{word}"'
        return replace(self, kind=KWIC, text=quoted, name="", group="", against="")

    def of_codes(self, codes: tuple[str, ...]) -> Self:
        """The passages that have all these codes, among the same ones."""
        return replace(self, kind=FIND, all_of=tuple(dict.fromkeys((*self.all_of, *codes))), name="", level="")
