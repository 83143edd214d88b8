"""Say again, in the language spoken now, what was put together in English: by a job, or for the console as well."""

import re
from collections.abc import Collection
from functools import lru_cache
from string import Formatter

from safekeeping.languages import SOURCE, language
from safekeeping.languages import gettext as _

#: What stands here in a message is told again itself.
NESTED = "what"


@lru_cache(maxsize=512)
def _pattern(message: str) -> re.Pattern[str]:
    """What the message looks like with something in place of its braces."""
    parts = (
        re.escape(text) + (f"(?P<{name}>.*)" if name else "") for text, name, _form, _as in Formatter().parse(message)
    )
    return re.compile("".join(parts), re.DOTALL)


def retold(english: str, messages: Collection[str]) -> str:
    """`english`, known again among `messages` by what stands around their braces; as it is where it is none of them."""
    if language() == SOURCE or not english:
        return english
    for message in messages:
        found = _pattern(message).fullmatch(english)
        if found:
            values = {
                name: retold(text, messages) if name == NESTED else text for name, text in found.groupdict().items()
            }
            return _(message).format(**values) if values else _(message)
    return _(english)
