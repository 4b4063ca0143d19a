"""Write a trained network as a model file, and check that it says what the network said."""

from __future__ import annotations

from maskwatch.export.check import ExportCheck, check_export
from maskwatch.export.model_file import export_detector

__all__ = ["ExportCheck", "check_export", "export_detector"]
