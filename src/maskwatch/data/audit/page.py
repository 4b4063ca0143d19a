"""An audit as one HTML page that holds its images: no other file, nothing loaded from elsewhere."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from html import escape
from pathlib import Path

from maskwatch.data.audit.report import Audit, CopyGroup
from maskwatch.data.audit.text import audit_lines
from maskwatch.data.collection import Collection
from maskwatch.files import new_folder
from maskwatch.images import read_image

_THUMB = 112
_MOST_MEMBERS = 24
_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 72rem; padding: 0 1rem; }
h1 { overflow-wrap: anywhere; }
pre { white-space: pre-wrap; }
.leak { font-size: 1.15rem; border-left: 4px solid #d97706; padding-left: .8rem; }
.group { border-top: 1px solid #8886; padding: .6rem 0; }
.row { display: flex; flex-wrap: wrap; gap: .6rem; }
figure { margin: 0; width: 7.2rem; font-size: .72rem; overflow-wrap: anywhere; }
figure img { max-width: 112px; max-height: 112px; display: block; }
.tag { border: 1px solid currentColor; border-radius: .3rem; padding: 0 .35rem; margin-right: .3rem; font-size: .8rem; }
.warn { color: #c2410c; font-weight: 600; }
"""


def audit_page(audit: Audit, collection: Collection, most_groups: int = 200) -> str:
    """The page as HTML.

    Args:
        audit: the findings.
        collection: the images that were audited; those of the groups shown are read again.
        most_groups: groups beyond are counted, not shown.
    """
    title = escape(f"Audit of {audit.name}")
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width, initial-scale=1'>",
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>",
        f"<p class='leak'>{escape(audit.random_split.line)}</p>",
        f"<pre>{escape(chr(10).join(audit_lines(audit)))}</pre>",
        *_problems(audit),
        *_groups(audit, collection, most_groups),
        "</body></html>",
    ]
    return "\n".join(parts)


def _problems(audit: Audit) -> Iterator[str]:
    if audit.problems:
        yield f"<h2>Left out ({len(audit.problems)})</h2><ul>"
        yield from (f"<li>{escape(line)}</li>" for line in audit.problems)
        yield "</ul>"


def _groups(audit: Audit, collection: Collection, most: int) -> Iterator[str]:
    yield f"<h2>Groups of copies ({len(audit.groups)})</h2>"
    yield "<p>Those across splits come first, then those across classes, then the largest.</p>"
    for group in audit.groups[:most]:
        yield from _group(group, collection)
    if len(audit.groups) > most:
        yield f"<p>{len(audit.groups) - most} more groups are in the JSON report.</p>"


def _group(group: CopyGroup, collection: Collection) -> Iterator[str]:
    yield f"<div class='group'><p><span class='tag'>{group.kind}</span>{len(group.members)} images"
    for what, values in (("splits", group.splits), ("classes", group.classes), ("sources", group.sources)):
        if len(values) > 1:
            yield f" <span class='tag warn'>across {what}: {escape(', '.join(values))}</span>"
    yield f" weakest link {group.weakest:.2f}</p><div class='row'>"
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
    thumb.thumbnail((_THUMB, _THUMB))
    content = io.BytesIO()
    thumb.save(content, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(content.getvalue()).decode("ascii")


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
