"""Shares that are right although the machine is wrong: suggestions on all responses, corrected by a blind audit.

The finite-population form of PPI++ (A. Angelopoulos, J. Duchi and T. Zrnic 2023) is the difference estimator of surveys
(C.-E. Särndal, B. Swensson and J. Wretman 1992, 6.3). With y what people settled on (0 or 1), f the machine's score
(0..1), U all responses of a group, S those of them that were audited, and w the inverse of the chance to be drawn:

    share = lambda * mean of f over U + sum of w (y - lambda f) over S / sum of w over S

A group may be everybody, a stratum, or cross the strata (a region): it is a domain, estimated by a ratio with the
strata's own probabilities (Särndal et al. 10.3), which for everybody and for a stratum is the stratified estimate.
The audit is a simple random sample in each stratum; nothing else is assumed, and the machine may be as bad as it likes.

Arrays have axes (..., group, stratum); what leads them, such as codes, is worked out side by side. Pure.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.findings.gate import Gate, gate
from analysis.findings.intervals import Numbers, of_whole_numbers, quantile, wilson
from analysis.findings.outcomes import POSITIVES

#: So many responses, as varied as all of them, are taken to stand beside those of each stratum when its variance is
#: worked out. A stratum of which one was audited, or where nobody spoke to a code, is not taken for certain by it.
BESIDE = 2.0


@dataclass(frozen=True)
class Sums:
    """All that estimates need to know. Axes (..., group, stratum), or (..., stratum) for `frame` and `drawn`.

    `frame`, `drawn`: responses of each stratum (N_h), and audited ones (n_h). `size`, `mine`: the same for the part of
    a stratum that is in a group. `f_all`: sum of scores over that part. The others are sums over the audited part: of
    y, f, f squared, y times f, and of y where f is under a half, which are misses. The last group is everybody.
    """

    frame: Numbers
    drawn: Numbers
    size: Numbers
    mine: Numbers
    f_all: Numbers
    y: Numbers
    f: Numbers
    ff: Numbers
    yf: Numbers
    missed: Numbers


@dataclass(frozen=True)
class Estimated:
    """Estimates with axes (..., group). `outcome` is a place in `outcomes.OUTCOMES`.

    `variance`: of the share as its interval takes it; `weight`: the lambda that was used, 0 for people's codes alone;
    `raw`: mean score of the machine.
    """

    share: Numbers
    low: Numbers
    high: Numbers
    variance: Numbers
    freedom: Numbers
    weight: Numbers
    raw: Numbers
    audited: Numbers
    outcome: Any


def power(sums: Sums) -> tuple[Numbers, Any]:
    """The lambda of least variance, pooled over strata and clipped to 0..1, and whether scores vary at all; axes (...).

    Weighed by a_h = W_h^2 (1 - n_h/N_h) / n_h; a lambda for each stratum would follow chance (coverage .80 to .88).
    """
    y, f, ff, yf = (each[..., -1, :] for each in (sums.y, sums.f, sums.ff, sums.yf))
    n = np.maximum(sums.drawn, 1.0)
    total = np.maximum(sums.frame.sum(axis=-1, keepdims=True), 1.0)
    each = (sums.frame / total) ** 2 * (1 - sums.drawn / np.maximum(sums.frame, 1.0)) / n
    each = np.where(sums.drawn >= 2, each / np.maximum(n - 1, 1.0), 0.0)
    together, alone = (each * (yf - y * f / n)).sum(axis=-1), (each * (ff - f**2 / n)).sum(axis=-1)
    flat = alone <= 1e-12 * np.maximum((each * ff).sum(axis=-1), 1e-300)
    return np.where(flat, 0.0, np.clip(together / np.where(flat, 1.0, alone), 0.0, 1.0)), ~flat


def difference_estimate(sums: Sums, weight: Any) -> tuple[Numbers, Numbers]:
    """Share and textbook variance with that lambda (a number, or axes (...)); axes (..., group).

    Raises nothing: a group without audited responses is NaN. Strata without any are left out (see `estimates`).
    """
    share, squares, per_group = _deviations(sums, np.asarray(weight, dtype=float)[..., None, None])
    n = sums.drawn[..., None, :]
    return share, (per_group * squares / np.maximum(n - 1, 1.0)).sum(axis=-1)


def _expansion(sums: Sums) -> Numbers:
    """The inverse of the chance to be drawn, with an axis for groups; 0 where none was."""
    found: Numbers = np.where(sums.drawn > 0, sums.frame / np.maximum(sums.drawn, 1.0), 0.0)
    return found[..., None, :]


def _deviations(sums: Sums, weight: Any) -> tuple[Numbers, Numbers, Numbers]:
    """The share, each stratum's sum of squared deviations, and what such a variance counts for in a group's."""
    each, n = _expansion(sums), sums.drawn[..., None, :]
    audited = (sums.drawn > 0)[..., None, :]
    size = np.where(audited, sums.size, 0.0).sum(axis=-1, keepdims=True)
    reached = (each * sums.mine).sum(axis=-1, keepdims=True)
    e = sums.y - weight * sums.f
    ee = sums.y - 2 * weight * sums.yf + weight**2 * sums.ff
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (each * e).sum(axis=-1, keepdims=True) / reached
        of_all = np.where(audited, sums.f_all, 0.0).sum(axis=-1, keepdims=True) / size
        per_group = each**2 * np.maximum(1 - n / np.maximum(sums.frame[..., None, :], 1.0), 0.0) * n / reached**2
    around, of_sum = ee - 2 * mean * e + mean**2 * sums.mine, e - mean * sums.mine
    squares = np.maximum(around - of_sum**2 / np.maximum(n, 1.0), 0.0)
    return (weight * of_all + mean)[..., 0], squares, per_group


def _steady(sums: Sums, weight: Any, squares: Numbers, per_group: Numbers) -> tuple[Numbers, Numbers]:
    """The variance with `BESIDE` responses beside each stratum, by stratum; and the same for a variance of 1."""
    each, n = _expansion(sums), sums.drawn[..., None, :]
    e = sums.y - weight * sums.f
    ee = sums.y - 2 * weight * sums.yf + weight**2 * sums.ff
    reached = (each * sums.mine).sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (each * e).sum(axis=-1, keepdims=True) / reached
        spread = (each * ee).sum(axis=-1, keepdims=True) / reached - mean**2
        belongs = sums.size / np.maximum(sums.frame[..., None, :], 1.0)
        steadied = (squares + BESIDE * np.maximum(spread, 0.0) * belongs) / np.maximum(n - 1 + BESIDE, 1.0)
        alone = np.where(n > 0, per_group * np.maximum(sums.mine, belongs) / np.maximum(n, 1.0), 0.0)
    plain = squares / np.maximum(n - 1, 1.0)
    whole = (per_group * plain).sum(axis=-1, keepdims=True) >= (per_group * steadied).sum(axis=-1, keepdims=True)
    return np.where(n > 0, per_group * np.where(whole, plain, steadied), 0.0), alone


def _freedom(parts: Numbers, sums: Sums, taken: int) -> Numbers:
    """Degrees of freedom: audited less strata less what was fitted, or F. Satterthwaite's (1946) where that is less."""
    counts = np.where(parts > 0, sums.mine, 0.0)
    plain = counts.sum(axis=-1) - (counts > 0).sum(axis=-1) - taken
    with np.errstate(divide="ignore", invalid="ignore"):
        weighed = parts.sum(axis=-1) ** 2 / (parts**2 / np.maximum(counts - 1, 1.0)).sum(axis=-1)
    found: Numbers = np.maximum(np.fmin(plain, np.where(np.isfinite(weighed), weighed, np.inf)), 1.0)
    return found


@dataclass(frozen=True)
class _Way:
    """One way to estimate: share, ends, variance and degrees of freedom, axes (..., group)."""

    share: Numbers
    low: Numbers
    high: Numbers
    variance: Numbers
    freedom: Numbers


def _by_people(sums: Sums) -> _Way:
    share, squares, per_group = _deviations(sums, 0.0)
    parts, alone = _steady(sums, 0.0, squares, per_group)
    share, variance = np.clip(share, 0.0, 1.0), parts.sum(axis=-1)
    certain = variance <= 1e-15 * np.maximum(alone.sum(axis=-1), 1e-300)
    with np.errstate(divide="ignore", invalid="ignore"):
        worth = np.where(certain, 1 / alone.sum(axis=-1), share * (1 - share) / variance)
    worth = np.where(np.isnan(worth), 0.0, worth)
    # few who speak to it (or do not) say little of how strata differ, so nothing is gained by the strata then
    seen, audited = sums.y.sum(axis=-1), sums.mine.sum(axis=-1)
    with np.errstate(divide="ignore"):
        worth = np.where(np.minimum(seen, audited - seen) < POSITIVES, np.fmin(worth, 1 / alone.sum(axis=-1)), worth)
    freedom = _freedom(np.where(certain[..., None], alone, parts), sums, 0)
    return _Way(share, *wilson(share, worth, quantile(freedom)), variance, freedom)


def _corrected(sums: Sums, weight: Numbers) -> _Way:
    share, squares, per_group = _deviations(sums, weight[..., None, None])
    parts, _alone = _steady(sums, weight[..., None, None], squares, per_group)
    n = sums.drawn.sum(axis=-1)[..., None]
    variance = parts.sum(axis=-1) * (n - 2) / np.maximum(n - 3, 1.0)
    freedom = _freedom(parts, sums, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        worth = share * (1 - share) / variance
    worth = np.where(np.isfinite(worth), np.maximum(worth, 0.0), 0.0)
    return _Way(share, *wilson(np.clip(share, 0.0, 1.0), worth, quantile(freedom)), variance, freedom)


def estimates(sums: Sums) -> Estimated:
    """What is to be said of every group, each by the way that the gate leaves open to it."""
    weight, varies = power(sums)
    people, corrected = _by_people(sums), _corrected(sums, weight)
    size, seen, audited = (each.sum(axis=-1) for each in (sums.size, sums.y, sums.mine))
    apart = np.where(sums.drawn[..., None, :] > 0, 0.0, sums.size).sum(axis=-1) / np.maximum(size, 1.0)
    possible = (corrected.variance > 0) & (corrected.share > 0) & (corrected.share < 1)
    facts = Gate(size, audited, seen, sums.missed.sum(axis=-1), apart, varies[..., None], possible)
    outcome, by_machine, said = gate(facts)

    def chosen(name: str) -> Numbers:
        return np.where(said, np.where(by_machine, getattr(corrected, name), getattr(people, name)), np.nan)

    # what of a group no one audited may be anything from nobody to everybody
    low, high = (1 - apart) * chosen("low"), (1 - apart) * chosen("high") + apart
    low, high = of_whole_numbers(low, high, size, seen, audited - seen)
    with np.errstate(divide="ignore", invalid="ignore"):
        raw = sums.f_all.sum(axis=-1) / size
    used = np.where(by_machine, weight[..., None], 0.0)
    variance, freedom = chosen("variance"), chosen("freedom")
    share = np.clip(chosen("share"), low, high)
    return Estimated(share, low, high, variance, freedom, used, raw, np.broadcast_to(audited, raw.shape), outcome)
