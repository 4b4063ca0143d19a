"""``python -m maskwatch``, the same as ``maskwatch``."""

from __future__ import annotations

from maskwatch.cli import main

if __name__ == "__main__":
    main()
