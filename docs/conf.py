"""Sphinx configuration of the documentation site; build it with scripts/docs."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent / "src")]

from maskwatch import __version__  # noqa: E402

project = "MaskWatch"
author = "the MaskWatch authors"
copyright = "2026, the MaskWatch authors"  # noqa: A001
release = version = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "cli_reference",
    "public_api",
    "repository_links",
]
exclude_patterns = ["_ext"]
nitpicky = False
default_role = "py:obj"
suppress_warnings: list[str] = []

# Pages: every heading can be linked, as on a forge
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]

# API reference: training needs Keras and TensorFlow, its documentation does not
autodoc_mock_imports = ["keras", "tensorflow", "onnx", "tf2onnx", "matplotlib"]
autodoc_default_options = {"member-order": "bysource"}
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88

# Theme: everything it needs is in the package, so that pages work without a network
html_theme = "furo"
html_title = f"MaskWatch {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
copybutton_exclude = ".linenos, .gp, .go"
