"""Saving an audit as JSON and as one HTML page that contains its images."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from maskwatch.data.audit.report import Audit, CopyGroup
from maskwatch.data.audit.text import audit_lines
from maskwatch.data.collection import Collection
from maskwatch.files import new_folder
from maskwatch.images import read_image

_THUMBNAIL = 112
_MOST_MEMBERS = 24


def save_audit(audit: Audit, collection: Collection, folder: Path) -> list[Path]:
    """Write ``report.html`` and ``report.json`` into a new folder.

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


def audit_page(audit: Audit, collection: Collection, most_groups: int = 200) -> str:
    """The audit as an HTML page that loads nothing.

    Args:
        audit: the results.
        collection: the audited images; those of the shown groups are read again.
        most_groups: maximum number of shown groups.
    """
    page = files("maskwatch.data.audit").joinpath("page.html").read_text(encoding="utf-8")
    return Template(page).substitute(
        title=escape(f"Audit of {audit.name}"),
        leakage=escape(audit.random_split.line),
        summary=escape("\n".join(audit_lines(audit))),
        problems="\n".join(_problems(audit)),
        groups="\n".join(_groups(audit, collection, most_groups)),
    )


def _problems(audit: Audit) -> Iterator[str]:
    if audit.problems:
        yield f"<h2>Skipped ({len(audit.problems)})</h2><ul>"
        yield from (f"<li>{escape(line)}</li>" for line in audit.problems)
        yield "</ul>"


def _groups(audit: Audit, collection: Collection, most: int) -> Iterator[str]:
    yield f"<h2>Groups of duplicates ({len(audit.groups)})</h2>"
    yield "<p>Groups across splits come first, then groups across classes, then the largest.</p>"
    for group in audit.groups[:most]:
        yield from _group(group, collection)
    if len(audit.groups) > most:
        yield f"<p>The JSON report contains {len(audit.groups) - most} more groups.</p>"


def _group(group: CopyGroup, collection: Collection) -> Iterator[str]:
    yield f"<div class='group'><p><span class='tag'>{group.kind}</span>{len(group.members)} images"
    for what, values in (("splits", group.splits), ("classes", group.classes), ("sources", group.sources)):
        if len(values) > 1:
            yield f" <span class='tag warn'>across {what}: {escape(', '.join(values))}</span>"
    yield f" weakest pair {group.weakest:.2f}</p><div class='row'>"
    for member in group.members[:_MOST_MEMBERS]:
        path = collection.paths[member]
        note = " ".join(filter(None, (collection.splits[member], collection.labels[member], path.name)))
        yield f"<figure><img alt='' src='{_data_uri(path)}'>{escape(note)}</figure>"
    if len(group.members) > _MOST_MEMBERS:
        yield f"<p>and {len(group.members) - _MOST_MEMBERS} more</p>"
    yield "</div></div>"


def _data_uri(path: Path) -> str:
    from PIL import Image as pil

    thumb = pil.fromarray(read_image(path))
    thumb.thumbnail((_THUMBNAIL, _THUMBNAIL))
    content = io.BytesIO()
    thumb.save(content, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(content.getvalue()).decode("ascii")
