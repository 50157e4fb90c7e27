import math
from typing import Any

import pytest

from jacobians.grading.sandbox import Limits
from jacobians.grading.sandbox.limits import BadLimit


@pytest.mark.parametrize(
    ("name", "value"),
    [("cpu", 0), ("cpu", -1.0), ("wall", math.nan), ("idle", math.inf), ("memory", 1.5), ("processes", True),
     ("reply", "1 MB"), ("output", None)],
)  # fmt: skip
def test_a_limit_that_is_none_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(BadLimit, match=f"the limit {name} is "):
        Limits(**{name: value})


def test_the_defaults_fit_half_a_processor_and_768_MB() -> None:
    limits = Limits()
    assert limits.memory + limits.reply * 4 < 600 << 20  # the answer, at both ends, as bytes and as an array
    assert limits.cpu < limits.wall
    assert limits.processes == 1
