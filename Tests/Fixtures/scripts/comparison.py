"""Writes comparison.json: Student's t and Yuen's trimmed t test as SciPy has them. Needs: pip install numpy scipy==1.17.1"""

import json
import pathlib

import numpy as np
from scipy import stats

random = np.random.default_rng(20261122)


def samples(count, scale=1.0):
    values = random.standard_t(3, count) * scale + 0.3
    return [float(x) for x in np.round(values, 6)]


def yuen():
    rows = []
    for m, n, trim in [(4, 4, 0.2), (5, 9, 0.2), (12, 12, 0.2), (20, 20, 0.2), (20, 7, 0.1), (6, 30, 0.0), (61, 40, 0.25)]:
        a, b = samples(m), samples(n, 4.0)
        test = stats.ttest_ind(a, b, equal_var=False, trim=trim)
        interval = test.confidence_interval(0.99)
        rows.append({
            "a": a, "b": b, "trim": trim, "mean_a": float(stats.trim_mean(a, trim)), "t": float(test.statistic),
            "degrees": float(test.df), "p": float(test.pvalue), "low": float(interval.low), "high": float(interval.high),
        })
    return rows


cases = [(t, d) for t in (-3.0, 0.0, 0.5, 2.0, 4.5, 40.0) for d in (1, 2.5, 3, 11, 200, 1e6)]
tails = [(p, d) for p in (0.5, 0.4, 0.025, 0.005, 1e-4, 1e-9) for d in (1, 2.5, 7, 11, 300)]
result = {
    "above": [[t, d, float(stats.t.sf(t, d))] for t, d in cases],
    "quantiles": [[p, d, float(stats.t.isf(p, d))] for p, d in tails],
    "yuen": yuen(),
}
path = pathlib.Path(__file__).parent.parent / "comparison.json"
path.write_text(json.dumps(result, indent=0) + "\n")
