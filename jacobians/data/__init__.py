"""Small data sets, shipped with the package.

Iris: 150 flowers of three species, four lengths of each, 50 flowers a species.

    R. A. Fisher, "The use of multiple measurements in taxonomic problems", Annals of Eugenics 7 (1936), 179–188.
    R. A. Fisher, Iris, UCI Machine Learning Repository (1936), https://doi.org/10.24432/C56C76, licence CC BY 4.0.

The numbers here are those of Fisher's paper, as R and scikit-learn have them. The file `iris.data` at UCI differs in
two flowers: the 35th, (4.9, 3.1, 1.5, 0.2) in the paper, and the 38th, (4.9, 3.6, 1.4, 0.1).
"""

from __future__ import annotations

import csv
from importlib import resources

import numpy as np


def iris() -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Fisher's Iris, in the order of the paper's table.

    Returns:
        x: [150 × 4] float64, sepal length, sepal width, petal length and petal width in cm;
        y: [150] int, which species;
        names: the species, so that names[y[i]] is that of flower i.
    """
    with resources.files(__name__).joinpath("iris.csv").open(encoding="utf-8") as lines:
        rows = list(csv.reader(lines))[1:]
    names = tuple(dict.fromkeys(row[-1] for row in rows))
    x = np.array([row[:-1] for row in rows], dtype=np.float64)
    return x, np.array([names.index(row[-1]) for row in rows]), names
