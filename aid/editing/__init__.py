"""Editing in the grid: texts come in by cell, one gesture is one operation. Add an editor to EDITORS for a table."""

from aid.editing.base import Editor
from aid.editing.editors import EDITORS
from aid.editing.gesture import Cell, CellFault, Faulty, Gesture, RowEdit, Saved
from aid.editing.saving import fill, save

__all__ = ["EDITORS", "Cell", "CellFault", "Editor", "Faulty", "Gesture", "RowEdit", "Saved", "fill", "save"]
