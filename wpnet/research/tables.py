"""The tables of a corpus as pandas DataFrames with real types, plain or joined with each other."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from wpnet.corpus import Corpus
from wpnet.errors import UnknownName
from wpnet.network.places import place_of_plan
from wpnet.tables import TABLES, codebook

#: Columns whose values have an order, which is that of the codebook.
ORDERED = {"verdict", "auto_verdict", "level"}
#: What is known of a plan and joined to everything that belongs to it.
PLAN_FACTS = ("place", "level", "bureau", "year", "issuer")
_JOINED = ("requirements", "assignments", "citations", "links", "coverage")


class Tables:
    """The tables of a corpus, each a new DataFrame whenever it is asked for.

    Dates are ``datetime64`` (unknown: ``NaT``), true and false are ``bool``, columns of few values
    are categories (verdicts and levels in their order), lists are lists. Columns are those of
    ``datapackage.json``.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def __repr__(self) -> str:
        counts = [f"{name} {len(getattr(self._corpus, name))}" for name in TABLES]
        return f"<Tables {' · '.join(counts)}>"

    def __dir__(self) -> list[str]:
        return sorted([*TABLES, "dictionary", "joined"])

    @property
    def plans(self) -> pd.DataFrame:
        """Plans, held ones and those that are only cited, with the name of their ``place``."""
        table = self._table("plans")
        names = [place_of_plan(plan) for plan in self._corpus.plans]
        table.insert(list(table.columns).index("place_code"), "place", names)
        return table

    @property
    def requirements(self) -> pd.DataFrame:
        """Sentences: duties and preambles, in the order of the documents."""
        return self._table("requirements")

    @property
    def assignments(self) -> pd.DataFrame:
        """Requirements laid on units."""
        return self._table("assignments")

    @property
    def units(self) -> pd.DataFrame:
        """Responsible units and groups."""
        return self._table("units")

    @property
    def citations(self) -> pd.DataFrame:
        """Documents that plans name."""
        return self._table("citations")

    @property
    def links(self) -> pd.DataFrame:
        """Sentences taken up by others; look at ``status`` before counting."""
        return self._table("links")

    @property
    def coverage(self) -> pd.DataFrame:
        """Verdicts: what every target plan does with every source duty."""
        return self._table("coverage")

    @property
    def audit(self) -> pd.DataFrame:
        """What every stretch of the normalised texts was taken for."""
        return self._table("audit")

    @property
    def left_out(self) -> pd.DataFrame:
        """What a format left out before the normalised text."""
        return self._table("left_out")

    def dictionary(self, name: str) -> pd.DataFrame:
        """Return what every column of a table means: a row a column.

        ``allowed`` are the values that it can have, where they are few.

        Raises :class:`~wpnet.errors.UnknownName` for a table that there is not.
        """
        if name not in TABLES:
            raise UnknownName(f"{name!r} is no table; name one of {', '.join(TABLES)}")
        (book,) = [entry for entry in codebook()["resources"] if entry["name"] == name]
        rows = [
            [
                said["name"],
                said["type"],
                ", ".join(said.get("constraints", {}).get("enum", ())),
                said["description"],
            ]
            for said in book["fields"]
        ]
        return pd.DataFrame(rows, columns=["column", "type", "allowed", "meaning"])

    def joined(self, name: str) -> pd.DataFrame:
        """Return a table with what belongs to its rows beside it.

        ``requirements``, ``assignments`` and ``citations`` get the facts of their plan (place,
        level, bureau, year, issuer), requirements their ``units`` as a list, assignments the
        ``text``. ``links`` and ``coverage`` get plan, text, units and facts of both ends
        (``source_year``, ``target_place``, …), coverage the ``nearest_text``.

        Raises :class:`~wpnet.errors.UnknownName` for a table that is not joined with anything.
        """
        if name not in _JOINED:
            raise UnknownName(f"{name!r} is no table that can be joined: {', '.join(_JOINED)}")
        table = self._table(name)
        if name in ("links", "coverage"):
            return self._both_ends(table)
        if name == "requirements":
            table["units"] = self._units(table["requirement_id"])
        elif name == "assignments":
            table.insert(0, "plan_id", _homes(table["requirement_id"]))
            table["text"] = self._texts(table["requirement_id"])
        return self._with_facts(table, "plan_id", "")

    def _both_ends(self, table: pd.DataFrame) -> pd.DataFrame:
        for end in ("source", "target"):
            if f"{end}_plan_id" not in table:
                table[f"{end}_plan_id"] = _homes(table[f"{end}_id"])
            if f"{end}_id" in table:
                table[f"{end}_text"] = self._texts(table[f"{end}_id"])
                table[f"{end}_units"] = self._units(table[f"{end}_id"])
            table = self._with_facts(table, f"{end}_plan_id", f"{end}_")
        if "nearest_id" in table:
            table["nearest_text"] = self._texts(table["nearest_id"])
        return table

    def _with_facts(self, table: pd.DataFrame, key: str, prefix: str) -> pd.DataFrame:
        facts = self.plans[["plan_id", *PLAN_FACTS]].rename(
            columns={name: f"{prefix}{name}" for name in PLAN_FACTS} | {"plan_id": key}
        )
        return table.merge(facts, on=key, how="left", sort=False)

    def _texts(self, ids: Iterable[str]) -> list[str]:
        known = self._corpus.requirement_by_id
        return [known[one].text if one in known else "" for one in ids]

    def _units(self, ids: Iterable[str]) -> list[list[str]]:
        of = self._corpus.units_of
        return [
            list(dict.fromkeys(entry.unit_as_written for entry in of.get(one, ()))) for one in ids
        ]

    def _table(self, name: str) -> pd.DataFrame:
        (book,) = [entry for entry in codebook()["resources"] if entry["name"] == name]
        records = getattr(self._corpus, name)
        fields = [field.name for field in dataclasses.fields(TABLES[name])]
        return pd.DataFrame(
            {
                said["name"]: _column(said, [getattr(record, field) for record in records])
                for field, said in zip(fields, book["fields"], strict=True)
            }
        )


def _column(said: Mapping[str, Any], values: Sequence[Any]) -> pd.Series[Any]:
    """Return the values of a column in the type that the codebook gives it."""
    if said["type"] == "date":
        return pd.to_datetime(pd.Series([value or None for value in values], dtype="object"))
    if said["type"] == "boolean":
        return pd.Series(values, dtype="bool")
    if said["type"] in ("integer", "number"):
        return pd.Series(values, dtype="int64" if said["type"] == "integer" else "float64")
    allowed = said.get("constraints", {}).get("enum")
    if allowed:
        others = sorted(set(values) - set(allowed))
        kind = pd.CategoricalDtype([*allowed, *others], ordered=said["name"] in ORDERED)
        return pd.Series(values, dtype=kind)
    if any(isinstance(value, tuple) for value in values):
        return pd.Series([list(value) for value in values], dtype="object")
    return pd.Series(values, dtype="str")


def _homes(ids: Iterable[str]) -> list[str]:
    return [one.partition("#")[0] for one in ids]
