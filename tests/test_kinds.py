"""The predicates that keep Any answer as isinstance does."""

import numpy as np
import pytest
from scipy import sparse

from jacobians import kinds

VALUES = [
    1,
    "a",
    [1],
    (1, 2),
    {"a": 1},
    np.arange(3),
    np.float64(1),
    sparse.csr_array(np.eye(2)),
    sparse.coo_array(np.eye(2)),
    None,
]


@pytest.mark.parametrize(
    ("asked", "classes"),
    [
        (kinds.is_array, np.ndarray),
        (kinds.is_listed, (list, tuple)),
        (kinds.is_tuple, tuple),
        (kinds.is_list, list),
        (kinds.is_dict, dict),
        (kinds.is_csr, sparse.csr_array),
        (kinds.is_sparse, (sparse.csr_array, sparse.coo_array)),
    ],
)
def test_what_a_value_is(asked, classes):
    found = [asked(v) for v in VALUES]
    assert found == [isinstance(v, classes) for v in VALUES]
    assert any(found)
    assert not all(found)


def test_where_and_below_and_class_of(rng):
    a, b = rng.standard_normal((2, 3)), rng.standard_normal(3)
    np.testing.assert_array_equal(kinds.where(a > 0, a, b), np.where(a > 0, a, b))
    np.testing.assert_array_equal(kinds.below(4.0), np.arange(4))
    assert kinds.class_of(a) is np.ndarray
