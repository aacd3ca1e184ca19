"""What the field asks of a network of duties, beside what plain networkx answers.

The network is the ``networkx.DiGraph`` that ``corpus.cascade()`` gives.
"""

from wpnet.network.chain_drawing import draw_chains
from wpnet.network.chains import orphans, paths, reach
from wpnet.network.drawing import draw, draw_pairs
from wpnet.network.edges import edge_table, node_table
from wpnet.network.graphs import around, duty_graph
from wpnet.network.plans import compare, sensitivity
from wpnet.network.unit_drawing import draw_ring
from wpnet.network.units import unit_projection

__all__ = [
    "around",
    "compare",
    "draw",
    "draw_chains",
    "draw_pairs",
    "draw_ring",
    "duty_graph",
    "edge_table",
    "node_table",
    "orphans",
    "paths",
    "reach",
    "sensitivity",
    "unit_projection",
]
