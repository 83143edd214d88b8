"""How large an audit sample should be, and how it is shared among audiences. Pure.

With n of N responses, the 95 % interval of a share is about the share plus or minus w, w² = z² θ(1 − θ)/n · (1 − n/N):
the normal interval of a simple random sample with the correction for a finite population (W. Cochran, "Sampling
Techniques", 3rd ed. 1977, sections 2.6 and 4.4). θ = 0.5 is the widest that it can be.
"""

from collections.abc import Mapping
from math import ceil, sqrt

Z = 1.959964
WIDEST = 0.5
#: Of each audience at least so many, or all it has: fewer say next to nothing about it.
LEAST = 30
#: Sizes that a page shows the widths of.
OFFERED = (100, 200, 300, 400, 600)
#: The same for a bridge; fewest that it takes; and parts of responses that two books may code otherwise.
BRIDGE_OFFERED, FEWEST_PAIRS, DIFFERING = (50, 100, 150, 200, 300), 20, (0.05, 0.1, 0.2)


def half_width(drawn: int, size: int, share: float = WIDEST) -> float | None:
    """Half the width of the interval for a share, 0 to 1; None where nothing is drawn."""
    if not 0 < drawn <= size:
        return None
    return Z * sqrt(share * (1 - share) / drawn * (1 - drawn / size))


def needed(width: float, size: int, share: float = WIDEST) -> int:
    """How many of `size` responses give an interval of plus or minus `width` (above 0): n₀/(1 + n₀/N), rounded up."""
    if size <= 0:
        return 0
    endless = Z**2 * share * (1 - share) / width**2
    return min(size, ceil(endless / (1 + endless / size)))


def bridge_width(drawn: int, size: int, differing: float) -> float | None:
    """Half the width of the interval for how much more, or less, one book finds than another, in the same responses.

    `differing`: the part of responses that the two code otherwise, 0 to 1; at most, z² times that /n · (1 - n/N) is the
    square (A. Agresti and Y. Min 2005: the variance of paired differences of -1, 0 and 1). None where nothing is drawn.
    """
    return Z * sqrt(differing / drawn * (1 - drawn / size)) if 0 < drawn <= size else None


def not_said(sizes: Mapping[str, int], least: int) -> set[str]:
    """The strata whose size is not said: those under `least`, and the next ones up while they come to less together.

    Otherwise what is drawn in all, less what the others have, would say it.
    """
    unsaid = {name for name, size in sizes.items() if 0 < size < least}
    for name in sorted(sizes.keys() - unsaid, key=lambda name: (sizes[name], name)):
        if not unsaid or sum(sizes[each] for each in unsaid) >= least:
            break
        unsaid.add(name)
    return unsaid


def proportional(sizes: Mapping[str, int], total: int, least: int = LEAST) -> dict[str, int]:
    """How many of each stratum: in proportion to its size, at least `least` or all it has.

    The sum is `total`, or what the least of all come to, or everybody, whichever fits.
    """
    fixed: dict[str, int] = {}
    free = {name: size for name, size in sizes.items() if size > 0}
    while free:
        rest = min(max(total - sum(fixed.values()), 0), sum(free.values()))
        small = {name: size for name, size in free.items() if rest * size < min(least, size) * sum(free.values())}
        if not small:
            break
        fixed |= {name: min(least, size) for name, size in small.items()}
        free = {name: size for name, size in free.items() if name not in small}
    shared = _shared(free, min(max(total - sum(fixed.values()), 0), sum(free.values())))
    return {name: fixed.get(name, shared.get(name, 0)) for name in sizes}


def _shared(sizes: Mapping[str, int], total: int) -> dict[str, int]:
    """Whole numbers in proportion that add up to the total: largest remainders (Hamilton's method)."""
    everybody = sum(sizes.values())
    if not everybody:
        return {}
    whole = {name: total * size // everybody for name, size in sizes.items()}
    by_rest = sorted(sizes, key=lambda name: (-(total * sizes[name] % everybody), name))
    for name in by_rest[: total - sum(whole.values())]:
        whole[name] += 1
    return whole
