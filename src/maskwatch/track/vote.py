"""One verdict a person: what the detector says of each frame, voted over time."""

from __future__ import annotations

from math import exp

import numpy as np
from numpy.typing import NDArray

from maskwatch.detections import MaskState
from maskwatch.track.options import TrackOptions

LEAST_PROBABILITY = 0.02
"""No single frame is believed to be surer than this."""
STATES = len(MaskState)


class StateVote:
    """How likely each state of a person is, given all that was seen of them, and the verdict that follows.

    A Bayes filter over the three states (the forward pass of a hidden Markov model): with time the state may have
    changed, so belief drifts back towards not knowing; each sighting multiplies it by the detector's probabilities.
    Belief is bounded by that drift, so that a true change wins within a fraction of a second, however long the state
    before it lasted. The verdict changes only when another state is likelier by a margin, so that it does not flicker
    where two states are about equally likely.

    Args:
        options: ``change_every_s``, ``independent_s`` and ``margin``.

    Attributes:
        verdict: the state that the votes have settled on.
        lead: how far its probability led the next best one at the last sighting, 0..1.
    """

    def __init__(self, options: TrackOptions) -> None:
        self._options = options
        self._probability = np.full(STATES, 1 / STATES)
        self._unheard_s = options.independent_s
        self.verdict = MaskState.with_mask
        self.lead = 0.0

    def wait(self, seconds: float) -> None:
        """Let time go by, in which the state may have changed."""
        changed = 1 - exp(-seconds / self._options.change_every_s)
        self._probability = (1 - changed) * self._probability + changed * (1 - self._probability) / (STATES - 1)
        self._unheard_s += seconds

    def add(self, state_scores: NDArray[np.float32], weight: float) -> None:
        """Take what the detector says of one frame.

        Args:
            state_scores: (3,), probabilities in the order of `MaskState`.
            weight: how much it counts, 0..1; the face score.
        """
        opinions = weight * min(self._unheard_s / self._options.independent_s, 1.0)
        first = bool(np.ptp(self._probability) == 0)
        likelihood = np.maximum(state_scores, LEAST_PROBABILITY) ** opinions
        self._probability = self._probability * likelihood / (self._probability * likelihood).sum()
        self._unheard_s = 0.0
        best = int(self._probability.argmax())
        if first or self._probability[best] > exp(self._options.margin) * self._probability[self.verdict]:
            self.verdict = MaskState(best)
        ranked = np.sort(self.state_scores)
        self.lead = float(ranked[-1] - ranked[-2])

    @property
    def state_scores(self) -> NDArray[np.float32]:
        """Probabilities (3,) of the states, summing to 1; the verdict's is the largest.

        Where another state is likelier, but not by enough to change the verdict, the verdict is given its probability.
        """
        scores = self._probability.copy()
        others = np.delete(scores, self.verdict)
        scores[self.verdict] = max(scores[self.verdict], others.max() * 1.001)
        return np.asarray(scores / scores.sum(), np.float32)
