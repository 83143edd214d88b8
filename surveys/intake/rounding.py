"""What may be said of a number of people: nothing under ten, and the rest rounded to five.

The ONS "10-5 rule" (ACRO takes the same: ``acro/default.yaml``). Every figure that is shown keeps to these two numbers.
"""

THRESHOLD = 10
ROUNDING = 5


def rounded(count: int) -> int:
    """The nearest multiple of five.

    >>> rounded(12), rounded(13)
    (10, 15)
    """
    return (count + ROUNDING // 2) // ROUNDING * ROUNDING
