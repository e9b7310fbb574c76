"""What is asked before aid is given."""

from typing import Any

from wtforms import HiddenField
from wtforms.validators import Regexp

from forms.table import table_form
from models import AidGrant


class GiveForm(table_form(AidGrant, ("paid_on", "note"))):
    """When it reaches the children, where that is known, and a word beside it; and the sum that the question named."""

    shown_fen = HiddenField(validators=[Regexp(r"^[0-9]{1,15}$")], filters=[lambda word: word or ""])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.paid_on.description = "如 2026-11-20；还没有发到就留空，以后在受助信息的表格里补"
