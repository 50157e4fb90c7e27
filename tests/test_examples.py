"""Every public name shows how it is used; the examples themselves are run where they stand, by --doctest-modules."""

import doctest
import inspect

import pytest

import jacobians
from jacobians.testing import verify_layer

PUBLIC = {name: getattr(jacobians, name) for name in jacobians.__all__} | {"verify_layer": verify_layer}


@pytest.mark.parametrize("name", [n for n, v in PUBLIC.items() if inspect.isclass(v) or inspect.isroutine(v)])
def test_a_public_name_has_an_example_that_shows_a_result(name):
    examples = doctest.DocTestParser().get_examples(PUBLIC[name].__doc__ or "")
    assert any(example.want for example in examples)


def test_every_public_name_is_looked_at():
    assert all(inspect.isclass(v) or inspect.isroutine(v) for v in PUBLIC.values())
