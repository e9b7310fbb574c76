"""The closed lists: what a column may hold, as the code that is stored and the label that is shown and read.

Below the tables: models.py gives its columns these, and passes them on to whoever imports them from there.
"""

from coded import Coded


class RegionLevel(Coded):
    PROVINCE = "province", "省"
    CITY = "city", "市"
    COUNTY = "county", "县"
    TOWNSHIP = "township", "乡镇"
    VILLAGE = "village", "村"


class OrganisationKind(Coded):
    PROVINCE = "province", "省"
    CITY = "city", "市"
    COUNTY = "county", "县"
    TOWNSHIP = "township", "乡镇"
    SCHOOL = "school", "学校"


class OrganisationStatus(Coded):
    OPEN = "open", "正常"
    MERGED = "merged", "撤并"
    CLOSED = "closed", "撤销"


class Stage(Coded):
    PRESCHOOL = "preschool", "学前"
    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初中"
    SENIOR = "senior", "普高"
    VOCATIONAL = "vocational", "中职"
    UNIVERSITY = "university", "高校"


class Role(Coded):
    SYSTEM = "system", "系统管理员"
    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    COUNTY = "county", "县级"
    TOWNSHIP = "township", "乡镇"
    SCHOOL = "school", "学校"
    AUDITOR = "auditor", "审计员"


class AccountStatus(Coded):
    OPEN = "open", "正常"
    LOCKED = "locked", "锁定"
    DISABLED = "disabled", "停用"


class Sex(Coded):
    MALE = "male", "男"
    FEMALE = "female", "女"


class HardshipKind(Coded):
    LIFTED = "lifted", "脱贫户"
    UNSTABLE = "unstable", "脱贫不稳定户"
    MARGINAL = "marginal", "边缘易致贫户"
    SUDDEN = "sudden", "突发严重困难户"
    LOW_INCOME = "low_income", "低保"
    DESTITUTE = "destitute", "特困"
    ORPHAN = "orphan", "孤儿"
    DISABLED = "disabled", "残疾"
    OTHER = "other", "其他"


class RollStatus(Coded):
    PRESENT = "present", "在籍"
    SUSPENDED = "suspended", "休学"
    TRANSFERRED = "transferred", "转出"
    GRADUATED = "graduated", "毕业"


class Boarding(Coded):
    """Whom an amount is for, where those who board get another than those who do not."""

    ANY = "any", "不分"
    BOARDS = "boards", "寄宿"
    DAY = "day", "非寄宿"


class Source(Coded):
    DISTRIBUTED = "distributed", "下发"
    SUPPLEMENT = "supplement", "补录"


class SupplementReason(Coded):
    """Why a child was not on the list by itself (DOMAIN.md part 3: 4, 7, 8, 11, 19, 22, 29)."""

    NOT_ON_ROLL = "not_on_roll", "在校无学籍"
    ROLL_ELSEWHERE = "roll_elsewhere", "外县学籍"
    FROM_ELSEWHERE = "from_elsewhere", "外地户籍"
    NOT_REGISTERED = "not_registered", "名册未列"
    UNMATCHED = "unmatched", "名册与学籍不符"
    NO_NUMBER = "no_number", "无身份证号"
    OUTSIDE_PROVINCE = "outside", "省外就读"
    OTHER = "other", "其他"


class CheckState(Coded):
    UNCHECKED = "unchecked", "未核对"
    UNCHANGED = "unchanged", "已核对（未更新）"
    UPDATED = "updated", "已核对（已更新）"
    INVALID = "invalid", "无效"


class InvalidReason(Coded):
    DUPLICATE = "duplicate", "重复"
    ELSEWHERE = "elsewhere", "不在本校"
    GRADUATED = "graduated", "已毕业"
    TRANSFERRED = "transferred", "已转出"
    NOT_POOR = "not_poor", "非建档立卡"
    WRONG = "wrong", "信息错误"
    OTHER = "other", "其他"


class ReportState(Coded):
    """Where a row of the list stands between its school and the county."""

    OPEN = "unreported", "未上报"
    HANDED_IN = "handed_in", "已上报"
    ACCEPTED = "accepted", "已审核"
    RETURNED = "returned", "已退回"


class SubmissionState(Coded):
    """What has become of one round."""

    HANDED_IN = "handed_in", "待审核"
    PARTLY = "partly", "部分退回"
    ACCEPTED = "accepted", "已审核"
    RETURNED = "returned", "已退回"


class ProofKind(Coded):
    """What counts as proof (question 39)."""

    HANDBOOK = "handbook", "扶贫手册"
    SCREENSHOT = "screenshot", "系统截图"
    VILLAGE = "village", "村镇证明"
    DEPARTMENT = "department", "县级部门证明"
    LOW_INCOME = "low_income", "低保证"
    DISABILITY = "disability", "残疾证"
    OTHER = "other", "其他"


class CaseState(Coded):
    OPEN = "sought", "待劝返"
    CLOSED = "settled", "已了结"


class CaseEnd(Coded):
    """Why a dropout case closed, which it does by itself (aid.rules.dropouts.closing)."""

    ON_ROLL = "on_roll", "已有学籍"
    SUPPLEMENTED = "supplemented", "已补录"
    NOT_REGISTERED = "not_registered", "不在当前名册"
    OF_AGE = "of_age", "已不在 6–14 岁"


class VisitOutcome(Coded):
    """How a visit to a dropout's home ended."""

    BACK = "back", "已返校"
    PROMISED = "promised", "承诺返校"
    WORKING = "working", "外出务工"
    ILL = "ill", "因病"
    AT_HOME = "at_home", "送教上门"
    LOST = "lost", "失联"
    REFUSED = "refused", "拒绝返校"
    OTHER = "other", "其他"


class Border(Coded):
    """The highest border between a child's household and its school (aid.rules.borders). A school outside the province
    is known by its name alone."""

    COUNTY = "county", "跨县（市内）"
    CITY = "city", "跨市（省内）"
    PROVINCE = "province", "跨省"
    OUTSIDE = "outside", "省外就读"


class Direction(Coded):
    """How a child that crosses a border is seen from one's own place (aid.rules.borders)."""

    OUT = "out", "本地户籍在外地就读"
    IN = "in", "外地户籍在本地就读"
    WITHIN = "within", "辖区内跨县"
    OUTSIDE = "outside", "省外就读"


class SheetKind(Coded):
    REGIONS = "regions", "行政区划"
    ORGANISATIONS = "organisations", "机构名册"
    REGISTER = "register", "建档立卡名册"
    ROLL = "roll", "学籍名册"
    SUPPLEMENT = "supplement", "补录"
    GRANTS = "grants", "受助信息"
    TABLE_ACCOUNT = "table_account", "账号更新表"  # these are made from their tables: aid/imports/generated.py
    TABLE_BENEFICIARY = "table_beneficiary", "资助对象更新表"
    TABLE_ORGANISATION = "table_organisation", "机构更新表"
    TABLE_DROPOUT_CASE = "table_dropout_case", "控辍保学更新表"


class OwnKind(Coded):
    """What a column holds that the county has added to a table."""

    TEXT = "text", "文字"
    NUMBER = "number", "数字"
    DATE = "date", "日期"
    CHOICE = "choice", "选项"
    ANSWER = "answer", "是/否"


class RegisterFate(Coded):
    """What became of somebody between two deliveries of the register."""

    NEW = "new", "新增"
    CORRECTED = "corrected", "上次退回"
    BACK = "back", "重新在册"
    CHANGED = "changed", "有变化"
    MINOR = "minor", "次要变化"
    GONE = "gone", "不再在册"
    HELD = "held", "本次退回"
    SAME = "same", "未变"


class RollChange(Coded):
    """What the roll has come to say of a child that is on a list."""

    MOVED = "moved", "转学"
    STAYING = "staying", "新校在籍、旧校未转出"
    GRADUATED = "graduated", "毕业"
    NEW_CLASS = "new_class", "年级班级有变"
    DOUBLED = "doubled", "新校名单上已有"
    UNCERTAIN = "uncertain", "多处在籍"
    LEFT = "left", "转出无去处"


class UploadState(Coded):
    READING = "reading", "正在核对"
    CHOOSING = "choosing", "待选定列"
    WAITING = "waiting", "待确认"
    QUEUED = "queued", "正在导入"
    DONE = "done", "已导入"
    FAILED = "failed", "没有导入"


class MakingState(Coded):
    """How far a workbook is that was asked for."""

    QUEUED = "queued", "正在生成"
    DONE = "done", "已生成"
    FAILED = "failed", "没有生成"


class Event(Coded):
    """What is on record though it changes no row; beside the permissions, an action of the history."""

    EXPORT = "event:export", "导出"
    FORGET = "event:forget", "清理历史"
    REFUSAL = "event:refusal", "越权被拒"
    SIGN_IN = "event:sign-in", "登录"


class Result(Coded):
    DONE = "done", "完成"
    REFUSED = "refused", "被拒"


class ChangeKind(Coded):
    ADD = "add", "新增"
    CHANGE = "change", "修改"
    REMOVE = "remove", "删除"
