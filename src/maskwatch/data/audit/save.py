"""An audit in a folder of its own: the page with images, and JSON."""

from __future__ import annotations

import json
from pathlib import Path

from maskwatch.data.audit.page import audit_page
from maskwatch.data.audit.report import Audit
from maskwatch.data.collection import Collection
from maskwatch.files import new_folder


def save_audit(audit: Audit, collection: Collection, folder: Path) -> list[Path]:
    """Write ``report.html`` and ``report.json``.

    Returns:
        The files.

    Raises:
        UsageError: when the folder is not empty; results are never overwritten.
        SinkError: when it cannot be written.
    """
    with new_folder(folder) as part:
        (part / "report.html").write_text(audit_page(audit, collection), encoding="utf-8")
        (part / "report.json").write_text(json.dumps(audit.to_dict(collection), indent=1), encoding="utf-8")
    return sorted(folder.iterdir())
