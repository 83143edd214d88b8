"""What may come of a figure, and why, as keys; with the numbers that decide it. Pure; loads nothing."""

from analysis.findings.shown import CORRECTED, HUMAN_ONLY, WITHHELD

#: Fewest audited responses that speak to a code (and that do not), and fewest that the machine missed.
POSITIVES, MISSES = 15, 3
#: Fewest audited responses of a group for anything to be said: under it half-widths pass 20 points.
FLOOR = 20
#: Largest part of a group in strata without any audited response that its interval can take in.
APART = 0.1
#: What no audit can correct: there is none, or it was coded by a code book that has changed since.
NO_AUDIT, OTHER_BOOK = "no audit", "other book"

#: Each outcome: the kind of figure, and why.
OUTCOMES = (
    (CORRECTED, "corrected"),
    (HUMAN_ONLY, "whole"),
    (HUMAN_ONLY, "rare"),
    (HUMAN_ONLY, "common"),
    (HUMAN_ONLY, "caught"),
    (HUMAN_ONLY, "same score"),
    (WITHHELD, "too few audited"),
    (WITHHELD, "part not audited"),
    (WITHHELD, "not coded"),
)
