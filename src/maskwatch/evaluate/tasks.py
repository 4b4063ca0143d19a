"""The questions that a detector is judged by: each state, any face, masked faces."""

from __future__ import annotations

from dataclasses import dataclass

from maskwatch.detections import MaskState

_W, _I, _N = MaskState.with_mask, MaskState.worn_incorrectly, MaskState.without_mask


@dataclass(frozen=True)
class Task:
    """What is to be found, and by which boxes.

    Attributes:
        name: as it stands in tables and reports.
        targets: states of the labelled faces that are to be found.
        verdicts: states whose found boxes count.
        bystanders: states of labelled faces that act as ignored boxes.
        by_confidence: rank detections by confidence; else by confidence x probability of the state.
        on_2class: whether images take part on which worn_incorrectly was not marked.
    """

    name: str
    targets: tuple[MaskState, ...]
    verdicts: tuple[MaskState, ...] = (_W, _I, _N)
    bystanders: tuple[MaskState, ...] = ()
    by_confidence: bool = True
    on_2class: bool = True


def _of_state(state: MaskState) -> Task:
    return Task(state.name, (state,), (state,), by_confidence=False, on_2class=state is not _I)


STATE_TASKS = tuple(_of_state(state) for state in MaskState)
FACE = Task("face", (_W, _I, _N))
MASKED = Task("masked", (_W, _I), bystanders=(_N,))
TASKS = (*STATE_TASKS, FACE, MASKED)
