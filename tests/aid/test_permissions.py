"""Who may do what, written out a second time by hand (DOMAIN.md part 2): a role that gains a permission is noticed."""

from aid.permissions import ROLES, Permission
from models import Role

EVERYBODY = set(Role)
LISTS = {Role.PROVINCE, Role.CITY, Role.COUNTY, Role.TOWNSHIP, Role.SCHOOL}
OFFICES = {Role.SYSTEM, Role.PROVINCE, Role.CITY, Role.COUNTY}
MAY = {
    "account:manage": {Role.SYSTEM, Role.COUNTY},
    "account:open": {Role.SYSTEM, Role.COUNTY},
    "account:read": OFFICES,
    "account:self": EVERYBODY,
    "aid:read": LISTS,
    "aid:write": {Role.COUNTY},
    "beneficiary:check": {Role.COUNTY, Role.SCHOOL},
    "beneficiary:follow": {Role.COUNTY},
    "beneficiary:match": {Role.COUNTY},
    "beneficiary:read": LISTS,
    "beneficiary:settle": {Role.COUNTY},
    "beneficiary:supplement": {Role.COUNTY, Role.SCHOOL},
    "column:define": {Role.COUNTY},
    "dropout:keep": {Role.SYSTEM, Role.COUNTY},
    "dropout:read": LISTS - {Role.SCHOOL},
    "dropout:write": {Role.COUNTY, Role.TOWNSHIP},
    "history:forget": {Role.SYSTEM},
    "history:read": OFFICES | {Role.TOWNSHIP, Role.SCHOOL, Role.AUDITOR},
    "import:read": OFFICES | {Role.SCHOOL},
    "import:settle": {Role.SYSTEM},
    "notice:dismiss": {Role.COUNTY, Role.SCHOOL},
    "notice:read": LISTS,
    "notice:send": {Role.COUNTY, Role.TOWNSHIP},
    "organisation:read": EVERYBODY,
    "organisation:write": {Role.SYSTEM, Role.COUNTY},
    "proof:add": {Role.COUNTY, Role.SCHOOL},
    "progress:read": LISTS - {Role.SCHOOL},
    "public-notice:publish": {Role.COUNTY, Role.SCHOOL},
    "public-notice:read": LISTS,
    "region:read": EVERYBODY,
    "region:write": {Role.SYSTEM, Role.COUNTY},
    "register:apply": {Role.COUNTY},
    "register:import": {Role.COUNTY},
    "register:read": LISTS,
    "roll:import": {Role.COUNTY},
    "roll:read": LISTS,
    "setting:write": {Role.COUNTY},
    "submission:decide": {Role.COUNTY},
    "submission:hand-in": {Role.COUNTY, Role.SCHOOL},
    "submission:read": LISTS,
    "summary:keep": LISTS,
    "unplaced:read": LISTS - {Role.SCHOOL},
    "view:keep": EVERYBODY,
    "view:share": LISTS,
    "workbook:make": LISTS,
    "workbook:settle": {Role.SYSTEM},
}


def test_every_role_may_what_is_written_and_nothing_else():
    found = {permission.value: {role for role in ROLES if permission in ROLES[role]} for permission in Permission}
    assert found == MAY
    assert set(ROLES) == EVERYBODY
