"""What can be done, and which role may do it. One table, readable on one screen."""

from models import Coded, Role


class Permission(Coded):
    """Named `<noun>:<verb>`; also the action written to the history. Alphabetical."""

    ACCOUNT_MANAGE = "account:manage", "改账号姓名、锁定、停用和重置密码"
    ACCOUNT_OPEN = "account:open", "开设账号"
    ACCOUNT_READ = "account:read", "查看账号"
    ACCOUNT_SELF = "account:self", "登录、退出与修改本人密码"
    AID_READ = "aid:read", "查看资助项目、受助信息与应发未发"
    AID_WRITE = "aid:write", "维护资助项目与标准，登记和撤回发放"
    BENEFICIARY_CHECK = "beneficiary:check", "核对资助对象"
    BENEFICIARY_FOLLOW = "beneficiary:follow", "处理学籍变动（转学、毕业、升级）"
    BENEFICIARY_MATCH = "beneficiary:match", "匹配下发"
    BENEFICIARY_READ = "beneficiary:read", "查看资助对象"
    BENEFICIARY_SETTLE = "beneficiary:settle", "处理重复"
    BENEFICIARY_SUPPLEMENT = "beneficiary:supplement", "补录资助对象"
    COLUMN_DEFINE = "column:define", "设定自定义列"
    DROPOUT_KEEP = "dropout:keep", "控辍保学立案与了结"
    DROPOUT_READ = "dropout:read", "查看控辍保学"
    DROPOUT_WRITE = "dropout:write", "记录控辍走访"
    HISTORY_FORGET = "history:forget", "清理过期的操作记录"
    HISTORY_READ = "history:read", "查看操作记录"
    IMPORT_READ = "import:read", "查看导入记录"
    IMPORT_SETTLE = "import:settle", "记下导入的结果（后台）"
    NOTICE_DISMISS = "notice:dismiss", "把收到的通知标为已阅"
    NOTICE_READ = "notice:read", "查看通知"
    NOTICE_SEND = "notice:send", "催报"
    ORGANISATION_READ = "organisation:read", "查看机构"
    ORGANISATION_WRITE = "organisation:write", "维护机构"
    PROOF_ADD = "proof:add", "添加、更正、移除证明材料"
    PROGRESS_READ = "progress:read", "查看进度看板"
    PUBLIC_NOTICE_PUBLISH = "public-notice:publish", "制作公示"
    PUBLIC_NOTICE_READ = "public-notice:read", "查看公示"
    REGION_READ = "region:read", "查看行政区划"
    REGION_WRITE = "region:write", "维护行政区划"
    REGISTER_APPLY = "register:apply", "比对并应用新名册"
    REGISTER_IMPORT = "register:import", "导入建档立卡名册"
    REGISTER_READ = "register:read", "查看建档立卡名册"
    ROLL_IMPORT = "roll:import", "导入学籍名册"
    ROLL_READ = "roll:read", "查看学籍名册"
    SETTING_WRITE = "setting:write", "改县的设置（学年、乡镇核对）"
    SUBMISSION_DECIDE = "submission:decide", "审核上报（通过、退回）"
    SUBMISSION_HAND_IN = "submission:hand-in", "上报"
    SUBMISSION_READ = "submission:read", "查看上报"
    SUMMARY_KEEP = "summary:keep", "保存、共享自制汇总"
    UNPLACED_READ = "unplaced:read", "查看未匹配名单"
    VIEW_KEEP = "view:keep", "保存表格视图"
    VIEW_SHARE = "view:share", "共享表格视图"
    WORKBOOK_MAKE = "workbook:make", "生成、下载和删除汇总表"
    WORKBOOK_SETTLE = "workbook:settle", "记下汇总表的结果，清理过期的（后台）"


P = Permission
_PLACES = frozenset({P.ACCOUNT_SELF, P.REGION_READ, P.ORGANISATION_READ, P.VIEW_KEEP})
_LISTS = _PLACES | {P.AID_READ, P.BENEFICIARY_READ, P.REGISTER_READ, P.ROLL_READ, P.VIEW_SHARE, P.WORKBOOK_MAKE}
_LISTS |= {P.NOTICE_READ, P.PUBLIC_NOTICE_READ, P.SUBMISSION_READ, P.SUMMARY_KEEP}
_OFFICE = _LISTS | {P.ACCOUNT_READ, P.HISTORY_READ, P.IMPORT_READ, P.PROGRESS_READ}

ROLES: dict[str, frozenset[Permission]] = {
    Role.SYSTEM: _PLACES
    | {P.ACCOUNT_MANAGE, P.ACCOUNT_OPEN, P.ACCOUNT_READ}
    | {P.DROPOUT_KEEP}  # what closes by itself closes in the system's name
    | {P.HISTORY_FORGET, P.HISTORY_READ, P.IMPORT_READ, P.IMPORT_SETTLE}
    | {P.WORKBOOK_SETTLE}
    | {P.ORGANISATION_WRITE, P.REGION_WRITE},
    Role.PROVINCE: _OFFICE | {P.DROPOUT_READ, P.UNPLACED_READ},
    Role.CITY: _OFFICE | {P.DROPOUT_READ, P.UNPLACED_READ},
    Role.COUNTY: frozenset(Permission) - {P.HISTORY_FORGET, P.IMPORT_SETTLE, P.WORKBOOK_SETTLE},
    Role.TOWNSHIP: _LISTS
    | {P.DROPOUT_READ, P.DROPOUT_WRITE, P.HISTORY_READ, P.NOTICE_SEND, P.PROGRESS_READ, P.UNPLACED_READ},
    Role.SCHOOL: _LISTS
    | {P.BENEFICIARY_CHECK, P.BENEFICIARY_SUPPLEMENT, P.HISTORY_READ, P.IMPORT_READ}
    | {P.NOTICE_DISMISS, P.PROOF_ADD, P.PUBLIC_NOTICE_PUBLISH, P.SUBMISSION_HAND_IN},
    Role.AUDITOR: _PLACES | {P.HISTORY_READ},
}
