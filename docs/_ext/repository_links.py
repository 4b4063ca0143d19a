"""Links that leave ``docs/``, as they are written for a forge: resolved on the site, or reported as broken.

A root document that the site includes (`ROOT_PAGES`) is a page, a folder with a README is that page, any other file
of the repository is a download, and any other folder is plain text.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import download_reference, pending_xref
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

ROOT_PAGES = {
    "README.md": "index",
    "CHANGELOG.md": "project/changelog",
    "CONTRIBUTING.md": "project/contributing",
    "SECURITY.md": "project/security",
}


class RepositoryLinks(SphinxTransform):
    """Resolves the links of one page against the repository."""

    default_priority = 5

    def apply(self, **_kwargs: Any) -> None:
        """Replace the links whose targets lie in the repository."""
        for node in list(self.document.findall(_is_link)):
            if node.get("refdomain") == "doc":  # a Markdown file outside docs/, which MyST takes for a page
                path, anchor = node["reftarget"] + ".md", node["reftargetid"]
            else:
                path, _, anchor = node["reftarget"].partition("#")
            target = (self._folder() / path).resolve()
            if path and target.is_relative_to(self._root()) and target.exists():
                self._resolve(node, target, anchor)

    def _root(self) -> Path:
        return Path(self.env.srcdir).parent

    def _folder(self) -> Path:
        """The folder from which the page's links start: its own, or that of the root document that it includes."""
        docname = self.env.docname
        return self._root() if docname in ROOT_PAGES.values() else (Path(self.env.srcdir) / docname).parent

    def _resolve(self, node: nodes.Element, target: Path, anchor: str) -> None:
        page = self._page(target)
        if page is not None:
            node.replace_self(
                pending_xref(
                    "",
                    *node.children,
                    refdoc=self.env.docname,
                    refdomain="doc",
                    reftype="myst",
                    reftarget=page,
                    reftargetid=anchor or None,
                    refexplicit=True,
                )
            )
        elif target.is_file():
            path = os.path.relpath(target, self.env.srcdir)
            node.replace_self(download_reference("", *node.children, reftarget=f"/{path}", refdoc=self.env.docname))
        else:
            node.replace_self(node.children)

    def _page(self, target: Path) -> str | None:
        """The page of the site that shows a file or folder of the repository; None where there is none."""
        if target.is_dir():
            target /= "README.md"
        name = target.relative_to(self._root()).as_posix()
        docname = name.removeprefix("docs/").removesuffix(".md")
        return ROOT_PAGES.get(name) or (docname if docname in self.env.found_docs else None)


def _is_link(node: nodes.Node) -> bool:
    """Whether a node is a Markdown link that MyST has not found among the pages."""
    if isinstance(node, pending_xref):
        unknown = node.get("refdomain") is None or node["reftarget"].startswith("/")
        return node.get("reftype") == "myst" and unknown
    return isinstance(node, download_reference) and node.get("reftype") == "myst"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_transform(RepositoryLinks)
    return {"parallel_read_safe": True}
