"""How far the share of those asked may be from the share of all: the score interval, and the size that counts. Pure.

Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American
Statistical Association 22, 209-212; method 3 of Newcombe, R. G. (1998). Two-sided confidence intervals for the single
proportion. Statistics in Medicine 17, 857-872.

Children of one institution live under one roof and answer alike, so they tell less than as many children of many places:
the number that counts is n divided by the design effect between institutions, which is never taken below 1.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf, isinf, sqrt
from statistics import NormalDist

# Answers of one institution: (how many of them count, how many there are).
Cluster = tuple[int, int]


@dataclass(frozen=True)
class Clusters:
    """What a design effect needs to know of institutions: how many answered, the sums of both counts, of the squares of the first,
    of the products of the two, and of the squares of the second.
    """

    places: int
    successes: int
    n: int
    successes_squared: int
    products: int
    n_squared: int

    @classmethod
    def of(cls, clusters: Iterable[Cluster]) -> "Clusters":
        """Institutions without answers do not count. Raises ValueError for counts that cannot be."""
        asked = [(successes, n) for successes, n in clusters if n or successes]
        if not asked or any(not 0 <= successes <= n for successes, n in asked):
            raise ValueError("A design effect needs clusters with 0 <= successes <= n.")
        columns = [(1, x, n, x * x, x * n, n * n) for x, n in asked]
        return cls(*map(sum, zip(*columns, strict=True)))


# The 97.5th percentile of the normal distribution: two-sided, 95 %.
Z_95 = NormalDist().inv_cdf(0.975)

# How children were chosen (visits.models.Visit.Sampling) so that an interval may be printed: all of them, or by chance.
DRAWN = frozenset({"all", "random"})


@dataclass(frozen=True)
class Interval:
    """Two limits, as shares of 1 (of a difference: from -1 to 1)."""

    low: float
    high: float

    def __contains__(self, share: float) -> bool:
        return self.low <= share <= self.high


def interval_terms(samplings: Iterable[str]) -> bool:
    """Whether an interval may be printed: every contributing visit drew children at random or spoke with all of them.

    `samplings`: Visit.sampling of each contributing visit; "" = not recorded. Where it is False the sentence stands that the
    figure speaks only of the children who spoke with us. No visit at all: False.
    """
    recorded = list(samplings)
    return bool(recorded) and all(sampling in DRAWN for sampling in recorded)


def z_of(confidence: float) -> float:
    """The two-sided normal quantile of a level of confidence such as 0.95. Raises ValueError outside (0, 1)."""
    if not 0 < confidence < 1:
        raise ValueError("Confidence lies between 0 and 1.")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson(successes: int, n: int, *, effective: float | None = None, z: float = Z_95) -> Interval:
    """The score interval, without continuity correction, of `successes` of `n`.

    `effective`: the size that counts where it is not n (`effective_size`); infinite = everybody is known, so both limits are
    the share itself. Raises ValueError for counts that cannot be.
    """
    if n <= 0 or not 0 <= successes <= n:
        raise ValueError("A share needs 0 <= successes <= n and n > 0.")
    share, size = successes / n, float(n if effective is None else effective)
    if size <= 0:
        raise ValueError("The effective size is above zero.")
    if isinf(size):
        return Interval(share, share)
    middle = share + z * z / (2 * size)
    reach = z * sqrt(share * (1 - share) / size + z * z / (4 * size * size))
    scale = 1 + z * z / size
    # At 0 and n the formula gives 0 and 1 but for the last bit.
    return Interval(
        low=0.0 if successes == 0 else max(0.0, (middle - reach) / scale),
        high=1.0 if successes == n else min(1.0, (middle + reach) / scale),
    )


def design_effect(clusters: Sequence[Cluster] | Clusters) -> float:
    """How many times less the answers tell because they come from few institutions; at least 1.

    The ratio estimator of Rao, J. N. K., Scott, A. J. (1992). A simple method for the analysis of clustered binary data.
    Biometrics 48, 577-585: variance of the share between institutions over its variance if every answer stood alone.
    Where nothing can be estimated (one institution, or everybody gave the same answer) each institution counts as one
    answer, sum(n^2) / sum(n): Kish, L. (1965), Survey Sampling, section 8.2, with full likeness inside. Raises ValueError for
    counts that cannot be. Institutions without answers do not count.
    """
    held = clusters if isinstance(clusters, Clusters) else Clusters.of(clusters)
    x, n = held.successes, held.n
    if held.places == 1 or x in (0, n):
        return held.n_squared / n
    # The sum of (successes - n * share)^2, in whole numbers until the last step.
    between = (held.successes_squared * n * n - 2 * x * n * held.products + x * x * held.n_squared) / (n * n)
    variance, share = held.places / (held.places - 1) * between / n**2, x / n
    return max(1.0, n * variance / (share * (1 - share)))


def effective_size(n: int, *, design_effect: float = 1.0, population: int | None = None) -> float:
    """The size that counts: n over the design effect, enlarged where a large part of a known headcount was asked.

    `population`: all children the figure speaks of; the correction is (N - 1) / (N - n) (Kish 1965, section 2.2; infinite
    when everybody was asked). A headcount below n is no base for it, as children come and go: then none is made. Raises
    ValueError if n is below 1 or the design effect below 1.
    """
    if n < 1 or design_effect < 1:
        raise ValueError("The size and the design effect are 1 or more.")
    size = n / design_effect
    if population is None or population < n:
        return size
    return inf if population == n else size * (population - 1) / (population - n)


def interval_of(clusters: Sequence[Cluster] | Clusters, *, population: int | None = None, z: float = Z_95) -> Interval:
    """The score interval of a share counted over institutions: with its design effect and its headcount, if known."""
    held = clusters if isinstance(clusters, Clusters) else Clusters.of(clusters)
    effective = effective_size(held.n, design_effect=design_effect(held), population=population)
    return wilson(held.successes, held.n, effective=effective, z=z)
