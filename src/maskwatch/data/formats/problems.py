"""What a reader does with an image or box that it cannot use."""

from __future__ import annotations

from maskwatch.errors import DataError

Problems = list[str]
"""One line for each image or box that was left out."""


def tell(problems: Problems | None, text: str) -> None:
    """Note a problem and go on, or stop where nobody collects them.

    Args:
        problems: the list that collects; None to stop at the first.
        text: one line that names the file and says what to do.

    Raises:
        DataError: with ``text``, when ``problems`` is None.
    """
    if problems is None:
        raise DataError(text)
    problems.append(text)
