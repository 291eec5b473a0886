"""Writes statistics.json: samples, and what SciPy and NumPy say of them. Needs: pip install numpy scipy==1.17.1"""

import json
import pathlib

import numpy as np
from scipy import optimize, special, stats

random = np.random.default_rng(20260922)


def samples(count, ties=False):
    values = np.exp(random.normal(0, 0.5, count))
    return [float(x) for x in np.round(values, 1 if ties else 6)]


def distributions():
    z = [-30.0, -8.0, -3.0, -1.959963984540054, -0.3, 0.0, 0.7, 2.5, 6.0]
    p = [1e-300, 1e-20, 1e-6, 0.025, 0.3, 0.5, 0.75, 0.975, 0.999999]
    beta = [(0.5, 2, 3), (0.9, 44, 1), (0.9, 63, 2), (0.99, 661, 2), (0.01, 0.5, 0.5), (0.3, 1000, 2400),
            (0.999, 5, 1e4), (1e-8, 1.5, 7), (0.5, 1e5, 1e5), (0.2, 40, 3)]
    binomial = [(20, 5, 0.5), (20, 0, 0.5), (20, 20, 0.5), (1000, 460, 0.5), (64, 63, 0.9), (662, 661, 0.99),
                (5000, 4985, 0.99), (7, 3, 0.2)]
    return {
        "z": z, "cdf": [stats.norm.cdf(x) for x in z],
        "p": p, "quantile": [stats.norm.ppf(x) for x in p],
        "beta": [[*case, special.betainc(case[1], case[2], case[0])] for case in beta],
        "binomial": [[n, k, p, stats.binom.cdf(k, n, p), stats.binom.sf(k - 1, n, p)] for n, k, p in binomial],
    }


def rank_sums():
    shapes = [(1, 1), (3, 4), (5, 5), (5, 15), (10, 10), (20, 20), (21, 20), (40, 60), (8, 30)]
    cases = [(samples(m), samples(n), False) for m, n in shapes]
    cases += [(samples(m, True), samples(n, True), True) for m, n in [(4, 5), (12, 9), (30, 30)]]
    cases += [([x + 3 for x in samples(10)], [x / 20 for x in samples(10)], False), ([1.0, 1.0], [1.0, 1.0], True)]
    rows = []
    for a, b, ties in cases:
        exact = not ties and len(a) * len(b) <= 400
        result = stats.mannwhitneyu(a, b, method="exact" if exact else "asymptotic")
        p = 1.0 if len(set(a + b)) == 1 else result.pvalue
        shift = float(np.median(np.subtract.outer(b, a)))
        rows.append({"a": a, "b": b, "u": result.statistic, "p": p, "exact": exact, "shift": shift})
    return rows


def signs():
    cases = [samples(12), [x - 1 for x in samples(30)], [x - 1 for x in samples(15, True)], [0.0, 0.0], [-1.0, 2.0]]
    rows = []
    for x in cases:
        above, below = sum(v > 0 for v in x), sum(v < 0 for v in x)
        p = stats.binomtest(above, above + below).pvalue if above + below else 1.0
        rows.append({"x": x, "positive": above, "negative": below, "p": p})
    return rows


def trends():
    """kendalltau's normal approximation is s ÷ √variance without continuity correction: it gives the variance."""
    rows = []
    for count, slope, ties in [(10, 0, False), (12, 0.05, False), (25, 0.02, True), (40, -0.03, False), (60, 0, True)]:
        y = [float(v) for v in np.round(np.array(samples(count, ties)) + slope * np.arange(count), 1 if ties else 6)]
        x = list(range(count))
        s = float(np.sign(np.subtract.outer(y, y))[np.tril_indices(count, -1)].sum())
        tau = stats.kendalltau(x, y, method="asymptotic")
        z = stats.norm.isf(tau.pvalue / 2)
        line = stats.theilslopes(y, x)
        rows.append({
            "y": y, "s": s, "variance": (s / z) ** 2 if s else None, "slope": line.slope,
            "intercept": line.intercept, "low": line.low_slope, "high": line.high_slope,
            "lag1": lag1(y),
        })
    return rows


def lag1(y):
    d = np.array(y) - np.mean(y)
    return float(np.correlate(d, d, "full")[len(y)] / np.correlate(d, d)[0])


def changes():
    """Pettitt's U by its definition, the sign of every pair across every split."""
    rows = []
    for count, step, at, ties in [(8, 0, 4, False), (20, 0.6, 10, False), (30, -0.8, 21, True), (50, 0.1, 7, False)]:
        y = np.array(samples(count, ties))
        y[at:] += step
        signs = np.sign(y[:, None] - y[None, :])
        u = [abs(signs[:t, t:].sum()) for t in range(1, count)]
        k = float(max(u))
        rows.append({"y": y.tolist(), "k": k, "index": int(np.argmax(u)) + 1,
                     "p": min(1.0, 2 * np.exp(-6 * k**2 / (count**3 + count**2)))})
    return rows


def multiplicity():
    """Holm's by the procedure itself: the smallest level at which each hypothesis is rejected."""
    def rejected(p, level):
        order, out = np.argsort(p), np.zeros(len(p), bool)
        for place, index in enumerate(order):
            if p[index] > level / (len(p) - place):
                break
            out[index] = True
        return out

    def smallest(p, index):
        if not rejected(p, 1.0)[index]:
            return 1.0
        low, high = 0.0, 1.0
        for _ in range(100):
            middle = (low + high) / 2
            low, high = (low, middle) if rejected(p, middle)[index] else (middle, high)
        return high

    rows = []
    for p in [[0.01, 0.04, 0.03, 0.005], [0.5, 0.9, 0.2], [0.001] * 3 + [0.02], random.uniform(0, 0.2, 12).tolist()]:
        rows.append({"p": p, "holm": [smallest(p, i) for i in range(len(p))],
                     "fdr": stats.false_discovery_control(p).tolist()})
    return rows


def bootstraps():
    """Many draws, so that only the drawing's own noise is left between two implementations."""
    x = np.cumsum(random.normal(0, 0.4, 40)) + np.log(samples(40))
    x = [float(v) for v in np.round(np.exp(1.5 * x), 6)]
    result = {}
    for method in ["percentile", "BCa"]:
        ci = stats.bootstrap((x,), np.mean, n_resamples=200_000, method=method, rng=1).confidence_interval
        result[method] = [ci.low, ci.high]
    blocks, length = np.lib.stride_tricks.sliding_window_view(x, 5), 8
    rng = np.random.default_rng(2)
    means = [blocks[rng.integers(0, len(blocks), length)].mean() for _ in range(200_000)]
    return {"x": x, "percentile": result["percentile"], "bca": result["BCa"],
            "block5": np.quantile(means, [0.025, 0.975]).tolist()}


def robust():
    rows = []
    for x in [samples(25), samples(30, True) + [9.0, 0.01, 12.5], [2.0] * 9 + [2.5], [3.0] * 4]:
        mad = stats.median_abs_deviation(x, scale="normal")
        if mad == 0:
            mad = np.sqrt(np.pi / 2) * np.mean(np.abs(x - np.median(x)))
        rows.append({"x": x, "deviation": float(mad), "z": ((x - np.median(x)) / (mad or 1)).tolist()})
    return rows


def early_stopping():
    """Per percentile and count: LoadGen's rank from the end, by its definition with scipy's betainc; and the fewest samples that it takes."""
    rows = []
    for percent, count in [(90, 64), (90, 100), (90, 1000), (99, 662), (99, 700), (99, 5000), (50, 30), (95, 131)]:
        p, over = percent / 100, 0
        while special.betainc(count - over - 1, over + 2, p) <= 0.01:
            over += 1
        rows.append({"percent": percent, "count": count, "rank": count - over + 1})
    return rows


def smallest_effects():
    """The shift at which the lower end of Hettmansperger and Sheather's interval, as a fractional order statistic, lies
    above the floor with probability 0.8. Fewer than twelve samples have the interval of 98 % instead of 95 %."""
    rows = []
    for count in [6, 11, 20, 100]:
        level = 0.95 if count >= 12 else 0.98
        coverage = [1 - 2 * stats.binom.cdf(k - 1, count, 0.5) for k in range(1, count // 2 + 1)]
        k = max(1, sum(c >= level for c in coverage))
        way = (coverage[k - 1] - level) / (coverage[k - 1] - coverage[k])
        rank = k + (count - k) * way / (k + (count - 2 * k) * way)
        for spread, floor in [(0.01, 0.01), (0.05, 0.0)]:
            def excess(shift):
                below = stats.norm.cdf((np.log1p(floor) - shift) / spread)
                return stats.beta.sf(below, rank, count + 1 - rank) - 0.8
            shift = optimize.brentq(excess, 0, 2, xtol=1e-14)
            rows.append({"count": count, "spread": spread, "floor": floor, "share": float(np.expm1(shift))})
    return rows


def median_intervals():
    """Hettmansperger and Sheather's interval, by SciPy. Fewer than twelve samples are given at 98 %."""
    rng = np.random.default_rng(11)
    rows = []
    for count in [7, 8, 10, 11, 12, 13, 19, 20, 22, 51, 100]:
        x = [float(v) for v in np.round(np.sort(np.exp(rng.normal(0, 0.5, count))), 6)]
        low, high = stats.mstats.median_cihs(x, alpha=0.05 if count >= 12 else 0.02)
        rows.append({"x": x, "low": float(low), "high": float(high)})
    return rows


fixture = {
    "distributions": distributions(), "rank_sums": rank_sums(), "signs": signs(), "trends": trends(),
    "changes": changes(), "multiplicity": multiplicity(), "bootstrap": bootstraps(), "robust": robust(),
    "early_stopping": early_stopping(), "smallest_effects": smallest_effects(),
    "median_intervals": median_intervals(),
}
path = pathlib.Path(__file__).parent.parent / "statistics.json"
rows = [f"{json.dumps(key)}: {json.dumps(value, allow_nan=False)}" for key, value in fixture.items()]
path.write_text("{\n" + ",\n".join(rows) + "\n}\n")
