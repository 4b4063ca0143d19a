"""Sets of images that grow together, as copies of each other are found one by one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Groups:
    """Disjoint sets of the numbers 0..n-1 that grow together (union-find)."""

    def __init__(self, n: int) -> None:
        self._parent = list(range(n))

    def copy(self) -> Groups:
        """The same sets, to be joined further on their own."""
        other = Groups(0)
        other._parent = list(self._parent)
        return other

    def root(self, i: int) -> int:
        """The number that stands for the set of ``i``."""
        parent = self._parent
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def join(self, i: int, j: int) -> None:
        """Make one set of those of ``i`` and ``j``."""
        a, b = self.root(i), self.root(j)
        self._parent[max(a, b)] = min(a, b)

    def numbers(self) -> NDArray[np.int64]:
        """int64 (n,), the smallest member of the set of each."""
        return np.array([self.root(i) for i in range(len(self._parent))], np.int64)
