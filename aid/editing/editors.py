"""The tables that may be edited in the grid. What is missing here is not edited: delivered truth, history, codes."""

from aid.editing.accounts import Accounts
from aid.editing.aid import Grants, Items, Standards
from aid.editing.base import Editor
from aid.editing.beneficiaries import Beneficiaries
from aid.editing.dropouts import DropoutCases
from aid.editing.organisations import Organisations
from aid.editing.regions import Regions
from models import Row

EDITORS: dict[type[Row], Editor] = {
    editor.model: editor
    for editor in (
        *(Regions(), Organisations(), Accounts(), Beneficiaries(), DropoutCases()),
        *(Items(), Standards(), Grants()),
    )
}
