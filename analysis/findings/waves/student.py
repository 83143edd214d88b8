"""Student's t distribution, for pages that may load no library of numbers. Pure.

The tail is a regularised incomplete beta function, worked out as a continued fraction by the modified Lentz method
(Press et al., Numerical Recipes, 3rd edition 2007, section 6.4).
"""

from functools import lru_cache
from math import exp, inf, lgamma, log, log1p
from statistics import NormalDist

_TINY, _EXACT, _STEPS = 1e-300, 1e-15, 500
_ENDLESS = 1e7  # degrees of freedom from which it is the normal distribution to seven digits


def chance_beyond(t: float, df: float) -> float:
    """The chance of a value at least so far from nought, on either side, with `df` degrees of freedom (above 0)."""
    if df > _ENDLESS:
        return 2 * NormalDist().cdf(-abs(t))
    return _beta(df / (df + t * t), df / 2, 0.5)


@lru_cache(maxsize=1000)
def reach(df: float, level: float = 0.95) -> float:
    """How many standard errors on either side hold the truth with that chance."""
    low, high = 0.0, 1.0
    while chance_beyond(high, df) > 1 - level:
        high *= 2
    while high - low > 1e-10 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if chance_beyond(middle, df) > 1 - level else (low, middle)
    return high


def joint_df(*parts: tuple[float, float]) -> float:
    """Degrees of freedom of a sum of independent estimates, each as (variance, df): Welch and Satterthwaite (1947)."""
    spread = sum(variance for variance, _df in parts)
    if spread <= 0:
        return min((df for _variance, df in parts), default=inf)
    return 1 / max(sum((variance / spread) ** 2 / df for variance, df in parts), 1e-12)


def _beta(x: float, a: float, b: float) -> float:
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, _STEPS):
        for part in (m * (b - m) / (a + 2 * m - 1), -(a + m) * (a + b + m) / (a + 2 * m + 1)):
            term = part * x / (a + 2 * m)
            d, c = 1 / _away(1 + term * d), _away(1 + term / c)
            found *= c * d
        if abs(c * d - 1) < _EXACT:
            break
    return found


def _away(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
