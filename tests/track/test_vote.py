from __future__ import annotations

import numpy as np
import pytest

from maskwatch.detections import MaskState
from maskwatch.track import TrackOptions
from maskwatch.track.vote import StateVote

ON, ASKEW, OFF = MaskState


def scores(state: int, sure: float = 0.85) -> np.ndarray:
    row = np.full(3, (1 - sure) / 2, np.float32)
    row[state] = sure
    return row


def noisy(chance: np.random.Generator, state: int, right: float = 0.8) -> np.ndarray:
    """A detector that is right four times in five, and as sure of itself when it is wrong."""
    said = state if chance.uniform() < right else int(chance.choice([s for s in MaskState if s != state]))
    return scores(said, chance.uniform(0.5, 0.98))


def delay_s(vote: StateVote, state: MaskState, fps: float, chance: np.random.Generator | None = None) -> float:
    """Seconds of sightings of a new state until the verdict says so."""
    for frame in range(1, round(20 * fps)):
        vote.wait(1 / fps)
        vote.add(scores(state) if chance is None else noisy(chance, state), 0.9)
        if vote.verdict == state:
            return frame / fps
    return np.inf


def settled(state: MaskState, fps: float, seconds: float) -> StateVote:
    vote = StateVote(TrackOptions())
    for _ in range(round(seconds * fps)):
        vote.wait(1 / fps)
        vote.add(scores(state), 0.9)
    return vote


def test_the_first_sighting_gives_the_first_verdict() -> None:
    for state in MaskState:
        vote = StateVote(TrackOptions())
        vote.add(scores(state, 0.4), 0.5)
        assert vote.verdict == state


@pytest.mark.parametrize("fps", [10, 15, 30])
def test_a_noisy_detector_makes_a_steady_verdict(fps: float) -> None:
    chance = np.random.default_rng(int(fps))
    raw_flips = flips = 0
    for _ in range(20):
        vote, said, verdict = StateVote(TrackOptions()), ON, ON
        for _ in range(round(10 * fps)):
            vote.wait(1 / fps)
            row = noisy(chance, ON)
            vote.add(row, 0.9)
            raw_flips += int(row.argmax()) != said
            flips += vote.verdict != verdict
            said, verdict = MaskState(int(row.argmax())), vote.verdict
    assert raw_flips > 500
    assert flips * 20 < raw_flips


@pytest.mark.parametrize("fps", [5, 10, 30])
@pytest.mark.parametrize("before_s", [1.0, 600.0])
def test_a_change_wins_soon_however_long_the_state_before(fps: float, before_s: float) -> None:
    vote = settled(OFF, fps, before_s)
    assert vote.verdict == OFF
    assert 0.1 <= delay_s(vote, ON, fps) <= 0.8


@pytest.mark.parametrize("fps", [10, 30])
def test_a_change_wins_within_a_second_against_noise(fps: float) -> None:
    chance = np.random.default_rng(int(fps) + 1)
    delays = []
    for _ in range(200):
        vote = settled(OFF, fps, 3.0)
        delays.append(delay_s(vote, ON, fps, chance))
    assert np.percentile(delays, 95) <= 1.0


def test_the_frame_rate_hardly_matters() -> None:
    delays = [delay_s(settled(OFF, fps, 5.0), ON, fps) for fps in (10, 20, 30, 60)]
    assert max(delays) - min(delays) <= 0.11


def test_one_wrong_frame_after_a_gap_changes_nothing() -> None:
    vote = settled(ON, 10, 3.0)
    vote.wait(1.0)
    vote.add(scores(OFF, 0.99), 0.9)
    assert vote.verdict == ON


def test_belief_fades_in_a_gap() -> None:
    vote = settled(ON, 10, 3.0)
    before = vote.state_scores[ON]
    vote.wait(3.0)
    faded = vote.state_scores[ON]
    vote.wait(1e6)
    assert before > faded > vote.state_scores[ON]
    assert vote.state_scores == pytest.approx(np.full(3, 1 / 3), abs=1e-3)
    assert vote.verdict == ON


def test_two_states_about_equally_likely_do_not_flicker() -> None:
    chance = np.random.default_rng(7)
    vote, flips, verdict = StateVote(TrackOptions()), 0, None
    for _ in range(3000):
        vote.wait(1 / 15)
        lean = chance.normal(0, 0.06)
        vote.add(np.array([0.05, 0.475 + lean, 0.475 - lean], np.float32), 0.9)
        flips += verdict is not None and vote.verdict != verdict
        verdict = vote.verdict
    assert flips <= 12


def test_an_unsure_face_counts_less() -> None:
    sure, ambiguous = settled(ON, 10, 3.0), settled(ON, 10, 3.0)
    for vote, weight in ((sure, 0.9), (ambiguous, 0.1)):
        vote.wait(0.1)
        vote.add(scores(OFF), weight)
    assert ambiguous.state_scores[OFF] < sure.state_scores[OFF] / 2


def test_scores_are_probabilities_and_agree_with_the_verdict() -> None:
    chance = np.random.default_rng(2)
    vote = StateVote(TrackOptions())
    for _ in range(500):
        vote.wait(chance.exponential(0.2))
        vote.add(noisy(chance, int(chance.integers(3)), 0.5), chance.uniform(0.1, 1))
        assert vote.state_scores.sum() == pytest.approx(1, abs=1e-5)
        assert vote.state_scores.argmax() == vote.verdict


def test_impossible_scores_do_not_lock_the_verdict() -> None:
    vote = StateVote(TrackOptions())
    for _ in range(100):
        vote.wait(0.1)
        vote.add(np.array([1, 0, 0], np.float32), 1.0)
    assert delay_s(vote, OFF, 10) <= 1.0


def test_a_change_passes_no_uncertain_moment_and_lasting_doubt_is_uncertain() -> None:
    options = TrackOptions()
    vote = StateVote(options)
    for _ in range(20):
        vote.wait(0.1)
        vote.add(np.array([0.98, 0.01, 0.01], np.float32), 0.9, 0.45)
    assert (vote.verdict, vote.uncertain) == (MaskState.with_mask, False)
    for _ in range(10):
        vote.wait(0.1)
        vote.add(np.array([0.02, 0.01, 0.97], np.float32), 0.9, 0.45)
        assert not vote.uncertain
        ranked = np.sort(vote.state_scores)
        assert vote.state_scores.argmax() == vote.verdict
        assert ranked[-1] - ranked[-2] >= 0.45
    assert vote.verdict == MaskState.without_mask
    for _ in range(100):
        vote.wait(0.1)
        vote.add(np.array([0.48, 0.04, 0.48], np.float32), 0.9, 0.45)
    assert vote.uncertain
    ranked = np.sort(vote.state_scores)
    assert ranked[-1] - ranked[-2] < 0.45
    assert vote.state_scores.sum() == pytest.approx(1)


def test_a_person_in_doubt_from_the_start_is_uncertain_at_once() -> None:
    vote = StateVote(TrackOptions())
    vote.add(np.array([0.5, 0.1, 0.4], np.float32), 0.9, 0.45)
    assert (vote.verdict, vote.uncertain) == (MaskState.with_mask, True)
