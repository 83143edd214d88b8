"""Several answers in one cell: Microsoft Forms puts `;` between them, Google Forms a comma that labels may hold too."""

from collections.abc import Collection

from surveys.importing.folding import fold

#: In this order: the comma last, as words have it too.
BETWEEN = (";", "\n", "|", ",")
#: More than anybody chooses; what comes after is one piece.
MOST = 200
#: A label holds no more of what stands between answers.
MOST_JOINED = 8


def pieces(cell: str, known: Collection[str]) -> list[str]:
    """What stands in a cell. `known` are the folded texts of all choices: they decide where it is cut, and what is on
    no list stays in one piece."""
    if fold(cell) in known:
        return [cell.strip()]
    cuts = [_cut(cell, mark, known) for mark in BETWEEN if mark in cell]
    if not cuts:
        return [cell.strip()]
    best = max(cuts, key=lambda cut: sum(fold(piece) in known for piece in cut) - len(cut) / 1000)
    return best if any(fold(piece) in known for piece in best) else cuts[0]


def _cut(cell: str, mark: str, known: Collection[str]) -> list[str]:
    parts = cell.split(mark, MOST)
    found: list[str] = []
    strange: list[str] = []
    at = 0
    while at < len(parts):
        end = _longest(parts, at, mark, known)
        if end == at:
            strange.append(parts[at])
            at += 1
            continue
        _put(found, strange, mark)
        found.append(mark.join(parts[at:end]).strip())
        at = end
    _put(found, strange, mark)
    return found


def _longest(parts: list[str], at: int, mark: str, known: Collection[str]) -> int:
    """Where the longest known text that begins here ends; `at` where none does."""
    reach = range(min(len(parts), at + MOST_JOINED), at, -1)
    ends = [end for end in reach if parts[at].strip() and parts[end - 1].strip()]
    return next((end for end in ends if fold(mark.join(parts[at:end])) in known), at)


def _put(found: list[str], strange: list[str], mark: str) -> None:
    """What is on no list is kept together where a comma cut it: it is likely to be one sentence."""
    texts = [mark.join(strange)] if mark == "," else strange
    found.extend(text.strip() for text in texts if text.strip())
    strange.clear()
