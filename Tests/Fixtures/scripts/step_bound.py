"""How many steps of 5 % among outliers the best possible judge finds, accusing one quiet history in a hundred.

Histories are those of HistoryRatesTests: 10 and 10 points, log-normal noise of 2 %, correlated by 0.1, every tenth point
5 to 50 % slower. By Neyman and Pearson's lemma no judge finds more, on average over what he does not know, than the
one that compares the likelihood of all steps, averaged so, with that of no step. The level and the split are unknown to
all of them. The likelihoods leave the small correlation out.

Needs numpy; takes five minutes. `python3 step_bound.py`
"""
import numpy as np

POINTS, NOISE, SHARE, STEP = 20, 0.02, 0.1, np.log(1.05)
GRID = 0.0005
OFFSETS = np.arange(-1.0, 1.2, GRID)
SPLITS = range(5, 16)


def histories(random, count, step):
    noise = random.standard_normal((count, POINTS))
    for i in range(1, POINTS):
        noise[:, i] = 0.1 * noise[:, i - 1] + np.sqrt(1 - 0.1**2) * noise[:, i]
    slow = random.random((count, POINTS)) < SHARE
    values = NOISE * noise + slow * np.log(1.05 + 0.45 * random.random((count, POINTS)))
    values[:, POINTS // 2 :] += step * random.choice([1, -1], (count, 1))
    return values


def log_density(noise):
    """Of a point's distance from its level, on OFFSETS."""
    outliers = np.log(1.05 + 0.45 * (np.arange(1000) + 0.5) / 1000)
    at = lambda center: np.exp(-((OFFSETS - center) ** 2) / 2 / noise**2) / noise / np.sqrt(2 * np.pi)
    return np.log((1 - SHARE) * at(0) + SHARE * sum(map(at, outliers)) / 1000 + 1e-30)


def log_likelihood_ratio(values, noises, steps):
    levels = np.arange(-0.16, 0.22, 0.004)
    place = ((values[:, :, None] - levels - OFFSETS[0]) / GRID).round().astype(int)
    look = lambda density, step: np.cumsum(
        density[np.clip(place - int(round(step / GRID)), 0, len(OFFSETS) - 1)], axis=1)
    quiet, stepped = [], []
    for density in (log_density(noise) for noise in noises):
        before = look(density, 0)
        quiet.append(np.logaddexp.reduce(before[:, -1], axis=1))
        for step in steps:
            after = look(density, step)
            for k in SPLITS:
                both = before[:, k - 1] + after[:, -1] - after[:, k - 1]
                stepped.append(np.logaddexp.reduce(both, axis=1))
    return np.logaddexp.reduce(stepped, axis=0) - np.logaddexp.reduce(quiet, axis=0)


def power(noises, steps, count=20000):
    random = np.random.default_rng(5)

    def ratios(step):
        parts = np.array_split(histories(random, count, step), count // 500)
        return np.concatenate([log_likelihood_ratio(part, noises, steps) for part in parts])

    return np.mean(ratios(STEP) > np.quantile(ratios(0), 0.99))


if __name__ == "__main__":
    either = lambda sizes: [sign * np.log(size) for size in sizes for sign in (1, -1)]
    unknown_noise = NOISE * np.exp(np.linspace(-0.8, 0.8, 7))
    sizes = (1.03, 1.04, 1.05, 1.07, 1.1, 1.15)
    print(f"knows noise and size of the step: {power([NOISE], either([1.05])):.3f}")
    print(f"knows the size of the step: {power(unknown_noise, either([1.05])):.3f}")
    print(f"knows neither: {power(unknown_noise, either(sizes)):.3f}")
