"""What ppi_py 0.2.3 says with lambda fixed, for `test_estimates.py`. It brings numba, pandas and gdown, so it
is no dependency: run this by hand in an environment of its own (`pip install ppi-python==0.2.3`), and it writes
`with_ppi.json` anew.
"""

import json
from pathlib import Path

import numpy as np
from ppi_py import ppi_mean_ci, ppi_mean_pointestimate  # type: ignore[import-not-found]

CASES = ((11, 600, 120, 0.3), (12, 2000, 200, 0.1), (13, 350, 90, 0.6))


def main() -> None:
    """Write the cases with their data, so that no generator of random numbers has to stay the same."""
    told = []
    for seed, size, drawn, share in CASES:
        random = np.random.default_rng(seed)
        y = (random.random(size) < share).astype(float)
        f = np.round(np.clip(0.2 + 0.5 * y + random.normal(0, 0.2, size), 0, 1), 3)
        for lam in (0.0, 0.37, 0.8, 1.0):
            given = (y[:drawn, None], f[:drawn, None], f[:, None])
            estimate = float(ppi_mean_pointestimate(*given, lam=lam)[0])
            low, high = (float(each[0]) for each in ppi_mean_ci(*given, alpha=0.05, lam=lam))
            case = {"lam": lam, "estimate": estimate, "low": low, "high": high}
            told.append(case | {"y": y[:drawn].astype(int).tolist(), "f": f.tolist()})
    Path(__file__).with_suffix(".json").write_text(json.dumps(told) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
