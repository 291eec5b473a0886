"""Fleets of nodes with cases, and what SciPy makes of them: fleet-outliers.json.

Scores are distances from the median over 1.4826 MAD of the logarithms, p Student's with 0.37 (n - 1) degrees of freedom on
both sides, adjusted by Holm's rule; once for every node over all its cases, once for every node in every case.
Needs: numpy, scipy. Usage: fleet-outliers.py > ../fleet-outliers.json
"""
import json

import numpy
from scipy import stats

FLOOR = 0.02


def holm(p):
    order = numpy.argsort(p, kind="stable")
    adjusted = numpy.empty(len(p))
    adjusted[order] = numpy.minimum(1, numpy.maximum.accumulate(numpy.sort(p) * (len(p) - numpy.arange(len(p)))))
    return adjusted


def judge(logs):
    """Adjusted p and scores of a matrix, nodes by columns of one case each; a family has all of its fields."""
    distance = logs - numpy.median(logs, axis=0)
    score = distance / stats.median_abs_deviation(logs, axis=0, scale="normal")
    p = 2 * stats.t.sf(numpy.abs(score), 0.37 * (len(logs) - 1))
    return distance, score, holm(p.ravel()).reshape(p.shape)


def fleet(seed, nodes, cases, sick):
    random = numpy.random.default_rng(seed)
    times = numpy.exp(random.normal(0, 0.02, (nodes, 1)) + random.normal(0, 0.02, (nodes, cases)))
    for node, case, factor in sick:
        times[node, slice(None) if case is None else case] *= factor
    times = numpy.round(times, 6)
    distance, score, p = judge(numpy.log(times))
    whole, wholeScore, wholeP = judge(numpy.median(distance, axis=1)[:, None])
    calls = [
        {"node": int(n), "case": None, "ratio": float(numpy.exp(whole[n, 0])), "score": float(wholeScore[n, 0]),
         "p": float(wholeP[n, 0])}
        for n in range(nodes) if wholeP[n, 0] <= 0.05 and abs(whole[n, 0]) > numpy.log1p(FLOOR)
    ] + [
        {"node": int(n), "case": int(c), "ratio": float(numpy.exp(distance[n, c])), "score": float(score[n, c]),
         "p": float(p[n, c])}
        for n in range(nodes) for c in range(cases)
        if p[n, c] <= 0.05 and abs(distance[n, c]) > numpy.log1p(FLOOR)
    ]
    return {"times": times.tolist(), "floor": FLOOR, "calls": calls}


fleets = [
    fleet(1, 12, 3, []), fleet(2, 25, 4, [(7, None, 1.5)]), fleet(3, 40, 3, [(3, 1, 1.9), (4, None, 0.6)]),
    fleet(4, 5, 3, [(0, None, 9)]),
]
print(json.dumps(fleets))
