"""Questions are asked as their role asks them, through the panel's own pages."""

from tests.admin.conftest import app, system, visit

__all__ = ["app", "system", "visit"]
