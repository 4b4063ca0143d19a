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
    """The probability of each state of a person, given all detections of them, and the verdict that follows.

    A Bayes filter over the three states (the forward pass of a hidden Markov model): as time passes, the state may have
    changed, so the probabilities drift towards equality; each detection multiplies them by the detector's. The drift
    limits them, so that a true change wins within a fraction of a second, however long the state before it lasted. The
    verdict changes only when another state is likelier by a margin, and it becomes uncertain only when it stays
    ambiguous for a while. So it flickers neither between two states nor on the way from one to the other.

    Args:
        options: ``change_every_s``, ``independent_s``, ``margin`` and ``ambiguous_s``.

    Attributes:
        verdict: the state that the votes have settled on.
    """

    def __init__(self, options: TrackOptions) -> None:
        self._options = options
        self._probability = np.full(STATES, 1 / STATES)
        self._unheard_s = options.independent_s
        self._ambiguity_margin = 0.0
        self._ambiguous_s = float("inf")  # a person who is ambiguous from the start is uncertain at once
        self.verdict = MaskState.with_mask

    def wait(self, seconds: float) -> None:
        """Let time pass, in which the state may have changed."""
        changed = 1 - exp(-seconds / self._options.change_every_s)
        self._probability = (1 - changed) * self._probability + changed * (1 - self._probability) / (STATES - 1)
        self._unheard_s += seconds

    def add(self, state_scores: NDArray[np.float32], weight: float, ambiguity_margin: float = 0.0) -> None:
        """Add the detector's probabilities of one frame.

        Args:
            state_scores: (3,), in the order of `MaskState`.
            weight: how much they count, 0..1; the confidence.
            ambiguity_margin: lead below which a state is ambiguous, 0..1.
        """
        opinions = weight * min(self._unheard_s / self._options.independent_s, 1.0)
        first = bool(np.ptp(self._probability) == 0)
        likelihood = np.maximum(state_scores, LEAST_PROBABILITY) ** opinions
        self._probability = self._probability * likelihood / (self._probability * likelihood).sum()
        best = int(self._probability.argmax())
        if first or self._probability[best] > exp(self._options.margin) * self._probability[self.verdict]:
            self.verdict = MaskState(best)
        self._ambiguity_margin = ambiguity_margin
        others = np.delete(self._probability, self.verdict)
        ambiguous = self._probability[self.verdict] - others.max() < ambiguity_margin
        self._ambiguous_s = self._ambiguous_s + self._unheard_s if ambiguous else 0.0
        self._unheard_s = 0.0

    @property
    def uncertain(self) -> bool:
        """Whether the verdict has been ambiguous for ``ambiguous_s``."""
        return self._ambiguous_s >= self._options.ambiguous_s

    @property
    def state_scores(self) -> NDArray[np.float32]:
        """Probabilities (3,) of the states, summing to 1; the verdict's is the largest.

        While the verdict is not uncertain, it leads by at least the margin of ambiguity, so that `Detections.ambiguous`
        says the same as `uncertain`.
        """
        others = np.delete(self._probability, self.verdict)
        lead = 1e-3 if self.uncertain else self._ambiguity_margin + 1e-4
        if self._probability[self.verdict] - others.max() >= lead:
            return np.asarray(self._probability, np.float32)
        factor = (1 - lead) / (others.sum() + others.max())
        scores = self._probability * factor
        scores[self.verdict] = lead + factor * others.max()
        return np.asarray(scores, np.float32)
