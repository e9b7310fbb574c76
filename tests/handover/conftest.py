"""The panel as the roles of the forty questions meet it: the fixtures of the panel's own tests."""

from tests.admin.conftest import app, system, visit

__all__ = ["app", "system", "visit"]
