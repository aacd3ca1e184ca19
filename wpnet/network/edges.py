"""A network as two tables: for R, Stata, a spreadsheet, or the CSV beside a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import networkx as nx


def edge_table(graph: nx.Graph[Any]) -> pd.DataFrame:
    """Return the edges, a row each, sorted by their ends, which come first.

    The same as ``nx.to_pandas_edgelist``, but with rows and columns in an order that is the same
    at every run. ``edge_table(graph).to_csv("edges.csv", index=False)`` is what ``igraph`` in R
    reads: ``graph_from_data_frame(read.csv("edges.csv"), vertices = read.csv("nodes.csv"))``.

    Example:
        >>> import networkx as nx
        >>> edge_table(nx.DiGraph([("b", "c", {"score": 0.5}), ("a", "c", {"score": 0.9})]))
          source target  score
        0      a      c    0.9
        1      b      c    0.5
    """
    rows = [{"source": one, "target": other, **data} for one, other, data in graph.edges(data=True)]
    table = pd.DataFrame(rows) if rows else pd.DataFrame(columns=["source", "target"])
    return table.sort_values(["source", "target"], ignore_index=True, kind="stable")


def node_table(graph: nx.Graph[Any]) -> pd.DataFrame:
    """Return the nodes with what is known of them, a row each, in the order of the network.

    Example:
        >>> import networkx as nx
        >>> graph = nx.Graph()
        >>> graph.add_node("a", year=2023)
        >>> node_table(graph)
          node  year
        0    a  2023
    """
    rows = [{"node": node, **data} for node, data in graph.nodes(data=True)]
    return pd.DataFrame(rows) if rows else pd.DataFrame(columns=["node"])
