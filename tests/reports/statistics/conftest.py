"""The second implementations, which take longer to load than to compare with: loaded where a test asks for them."""

from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def stats() -> ModuleType:
    """SciPy's statistics."""
    from scipy import stats

    return stats


@pytest.fixture(scope="session")
def proportion() -> ModuleType:
    """The tests and intervals for shares of statsmodels."""
    from statsmodels.stats import proportion

    return proportion


@pytest.fixture(scope="session")
def multitest() -> ModuleType:
    """The corrections for many tests of statsmodels."""
    from statsmodels.stats import multitest

    return multitest
