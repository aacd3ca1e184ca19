"""What the field asks of a network of duties, beside what plain networkx answers.

The network is the ``networkx.DiGraph`` that ``corpus.cascade()`` gives.
"""

from wpnet.network.chains import orphans, paths, reach
from wpnet.network.drawing import draw
from wpnet.network.graphs import duty_graph
from wpnet.network.plans import compare, sensitivity
from wpnet.network.units import unit_projection

__all__ = [
    "compare",
    "draw",
    "duty_graph",
    "orphans",
    "paths",
    "reach",
    "sensitivity",
    "unit_projection",
]
