"""Texts as people compare them: accents, case, kinds of quotation marks and spacing aside."""

import re
import unicodedata

#: Marks that programs change or leave out.
_MARKS = re.compile(r"[^\w\s#/%&+<>=]", re.UNICODE)


def fold(text: str) -> str:
    """The text without accents, case, punctuation and spare spaces; what has nothing else comes back stripped."""
    apart = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()
    return " ".join(_MARKS.sub(" ", bare.replace("’", "").replace("'", "")).split()) or text.strip()
