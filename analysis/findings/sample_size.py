"""How many more responses to audit for an interval of a chosen width. Pure; loads nothing, so pages can ask.

n = z^2 S^2 / w^2 and n / (1 + n/N), with the spread S^2 that the interval at hand shows: for a corrected figure it is
smaller by how well the machine's scores go with what people settle on.
"""

from math import ceil


def more_needed(low: float, high: float, audited: int, size: int, within: float) -> int:
    """How many more of `size` responses to audit until the interval is about `within` to either side (shares, 0..1).

    0 where it is that narrow already; never more than are left. Raises `ValueError` for a width that is not above 0.
    """
    if within <= 0:
        raise ValueError("the width must be above 0")
    half = (high - low) / 2
    if half <= within or audited >= size:
        return 0
    spread = half**2 * audited / (1 - audited / size)  # z^2 S^2
    wanted = spread / within**2
    return min(ceil(wanted / (1 + wanted / size)), size) - audited
