"""A small logistic regression that can be fitted, stored as JSON and read by a person.

One implementation serves the shipped weights (``tools/fit_cascade.py``) and the refits of the
evaluation. Ridge penalty on standardised features, intercept free; the minimum is unique, so the
result does not depend on a starting point or a random seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Logistic:
    """Weights of named features: log-odds = intercept + sum of weight * (value - mean) / scale."""

    names: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    def contributions(self, values: Matrix) -> Matrix:
        """Return what each feature adds to the log-odds (same shape as ``values``)."""
        import numpy as np

        out: Matrix = (values - np.array(self.mean)) / np.array(self.scale) * np.array(self.weights)
        return out

    def log_odds(self, values: Matrix) -> Matrix:
        """Return log-odds; the last axis of ``values`` holds the features in order of ``names``."""
        out: Matrix = self.contributions(values).sum(axis=-1) + self.intercept
        return out

    def probability(self, values: Matrix) -> Matrix:
        """Return probabilities, rounded to 6 decimals so that platforms agree."""
        import numpy as np

        out: Matrix = np.round(1.0 / (1.0 + np.exp(-self.log_odds(values))), 6)
        return out

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-ready mapping: one row a feature, numbers rounded to 6 decimals."""
        rows = zip(self.names, self.mean, self.scale, self.weights, strict=True)
        return {
            "intercept": round(self.intercept, 6),
            "features": {
                name: {"mean": round(m, 6), "scale": round(s, 6), "weight": round(w, 6)}
                for name, m, s, w in rows
            },
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Logistic:
        """Return the model that :meth:`as_dict` wrote."""
        rows = stored["features"]
        return cls(
            names=tuple(rows),
            mean=tuple(float(row["mean"]) for row in rows.values()),
            scale=tuple(float(row["scale"]) for row in rows.values()),
            weights=tuple(float(row["weight"]) for row in rows.values()),
            intercept=float(stored["intercept"]),
        )


def fit_logistic(
    values: Matrix,
    outcome: Matrix,
    *,
    names: Sequence[str],
    ridge: float,
    sample_weight: Matrix | None = None,
) -> Logistic:
    """Fit a logistic regression with a ridge penalty.

    ``values`` has one row an example; ``outcome`` is 0 to 1 (a half where two readers differ).
    Solved by L-BFGS (scipy) to a gradient of 1e-6.
    """
    import numpy as np
    from scipy.optimize import minimize

    mean = values.mean(axis=0)
    scale = np.where(values.std(axis=0) > 1e-6, values.std(axis=0), 1.0)
    design = np.column_stack([(values - mean) / scale, np.ones(len(values))])
    weight = np.ones(len(values)) if sample_weight is None else sample_weight

    def loss(beta: Matrix) -> tuple[float, Matrix]:
        score = design @ beta
        chance = 0.5 * (1.0 + np.tanh(score / 2.0))
        value = (weight * (np.logaddexp(0.0, score) - outcome * score)).sum()
        gradient = design.T @ (weight * (chance - outcome))
        gradient[:-1] += ridge * beta[:-1]
        return float(value + 0.5 * ridge * beta[:-1] @ beta[:-1]), gradient

    start = np.zeros(design.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"gtol": 1e-6})
    beta = [float(value) for value in found.x]
    return Logistic(
        names=tuple(names),
        mean=tuple(map(float, mean)),
        scale=tuple(map(float, scale)),
        weights=tuple(beta[:-1]),
        intercept=beta[-1],
    )
