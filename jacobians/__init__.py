"""Backpropagation with its Jacobians written out: every layer's L, the literal chain g · L, and the verdict on fast code."""

from . import matrix
from .batch import Batch
from .chain import Chain
from .graph import Graph
from .layer import Layer
from .point import Map, Point

__version__ = "0.1.0"
__all__ = ["Batch", "Chain", "Graph", "Layer", "Map", "Point", "matrix"]
