"""The panel over the small world, for the forty questions of its users: each asked as the role that asks it."""

from tests.admin.conftest import app, system, visit

__all__ = ["app", "system", "visit"]
