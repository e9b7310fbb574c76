"""Every table, in the order a row comes to exist; the one place that the program takes tables and closed lists from.

Before these come rows.py (what every table shares) and offices.py (places, offices, people at work).
Sections: 1 the register and the roll  2 the list  3 aid  4 trace.
A model holds its columns, its constraints and facts derived from its own row;
it never asks who is looking, and never writes another table.
"""

import peewee as pw

from coded import Coded
from codes import (
    AccountStatus,
    Boarding,
    CaseEnd,
    CaseState,
    ChangeKind,
    CheckState,
    HardshipKind,
    InvalidReason,
    MakingState,
    OrganisationKind,
    OrganisationStatus,
    OwnKind,
    ProofKind,
    RegionLevel,
    ReportState,
    Result,
    Role,
    RollStatus,
    Sex,
    SheetKind,
    Source,
    Stage,
    SubmissionState,
    SupplementReason,
    UploadState,
    VisitOutcome,
)
from offices import Account, CountySetting, Organisation, OwnColumn, Region, SavedView, Session, Summary
from rows import (
    SLOTS,
    Answer,
    Decimals,
    Extensible,
    Fen,
    LastingId,
    Quantity,
    Row,
    Versioned,
    choice,
    db,
    now,
    points_at,
    text,
)

# -- 1 the register and the roll ---------------------------------------------


class RegisterBatch(Versioned):
    """One delivery of the register of poor households to one county."""

    title = "名册批次"

    name = text("批次", 60)
    office = points_at("接收机构", Organisation)
    received = pw.DateTimeField(verbose_name="接收时间", default=now)
    current = pw.BooleanField(verbose_name="当前批次", default=True)

    class Meta:
        indexes = ((("office", "name"), True),)

    def __str__(self) -> str:
        return self.name


class RegisterPerson(Versioned):
    """A person on the register, as delivered. `nth` tells repeated rows of one household and number apart."""

    title = "建档立卡名册"

    batch = points_at("批次", RegisterBatch)
    household_no = text("户编号", 30)
    head_name = text("户主姓名", 40)
    head_id_number = text("户主身份证号", 18, default="")
    name = text("姓名", 40, index=True)
    id_number = text("身份证号", 18, index=True)
    sex = choice("性别", Sex, null=True)
    nation = text("民族", 20, default="")
    relation = text("与户主关系", 20, default="")
    home_region = points_at("户籍区划", Region)
    home_address = text("户籍地址", 120, default="")
    hardship = choice("困难类型", HardshipKind)
    poor_since = pw.IntegerField(verbose_name="识别年度", null=True)
    left_poverty = pw.IntegerField(verbose_name="脱贫年度", null=True)
    phone = text("联系电话", 30, default="")
    nth = pw.IntegerField(verbose_name="重复序号", default=1)

    class Meta:
        indexes = ((("batch", "id_number", "household_no", "nth"), True),)

    def __str__(self) -> str:
        return self.name


class Enrolment(Versioned):
    """A place on a school's roll, as the education bureau delivered it. `nth` tells repeated rows apart."""

    title = "学籍名册"

    roll_no = text("全国学籍号", 30, default="")
    name = text("姓名", 40)
    id_number = text("身份证号", 18, index=True)
    sex = choice("性别", Sex, null=True)
    birth_date = pw.DateField(verbose_name="出生日期", null=True)
    nation = text("民族", 20, default="")
    school = points_at("学校", Organisation, index=False)
    stage = choice("学段", Stage)
    grade = text("年级", 20)
    class_name = text("班级", 20, default="")
    status = choice("学籍状态", RollStatus)
    entered = text("入学年月", 6, default="")
    boards = pw.BooleanField(verbose_name="是否寄宿", null=True)
    nth = pw.IntegerField(verbose_name="重复序号", default=1)

    class Meta:
        indexes = ((("school", "id_number", "nth"), True),)

    def __str__(self) -> str:
        return self.name


MATCHED_STATUSES = (RollStatus.PRESENT, RollStatus.SUSPENDED)


# -- 2 the list --------------------------------------------------------------


class Submission(Versioned):
    """One round (上报) in which a school handed in what it had checked. `code` is the school's with the round's number;
    `unchecked` is what the school still had to check at that time. Accepted and returned are counted anew with every
    decision (aid.operations.rounds)."""

    title = "上报"
    named_by = ("code",)

    code = text("上报编号", 20, unique=True)
    school = points_at("学校", Organisation)
    round = pw.IntegerField(verbose_name="轮次")
    state = choice("审核状态", SubmissionState, default=SubmissionState.HANDED_IN)
    rows = Quantity(verbose_name="上报人数", default=0)
    unchanged = Quantity(verbose_name="未更新", default=0)
    updated = Quantity(verbose_name="已更新", default=0)
    invalid = Quantity(verbose_name="无效", default=0)
    unchecked = Quantity(verbose_name="当时未核对", default=0)
    accepted = Quantity(verbose_name="已通过", default=0)
    returned = Quantity(verbose_name="退回", default=0)
    remark = text("上报说明", 200, default="")
    handed_in_by = text("上报人", 40, default="")
    handed_in_at = pw.DateTimeField(verbose_name="上报时间", default=now)
    reply = text("审核意见", 200, default="")
    decided_by = text("审核人", 40, default="")
    decided_at = pw.DateTimeField(verbose_name="审核时间", null=True)

    def __str__(self) -> str:
        return self.code


class Beneficiary(Extensible):
    """One child on one school's list: the row that schools check and the county counts.

    The columns from `name` to `boards` are the school's side: copied from the roll, corrected in the check.
    Beside them the register's row and the roll's row stay as delivered, so old and new can always be compared.
    """

    title = "资助对象"

    school = points_at("学校", Organisation)
    register_person = points_at("名册记录", RegisterPerson, null=True)
    enrolment = points_at("学籍记录", Enrolment, null=True)
    source = choice("来源", Source, default=Source.DISTRIBUTED)
    name = text("姓名", 40, index=True)
    id_number = text("身份证号", 18, index=True)
    sex = choice("性别", Sex, null=True)
    birth_date = pw.DateField(verbose_name="出生日期", null=True)
    nation = text("民族", 20, default="")
    grade = text("年级", 20, default="")
    class_name = text("班级", 20, default="")
    boards = pw.BooleanField(verbose_name="是否寄宿", null=True)
    roll_status = choice("学籍状态", RollStatus, null=True)
    hardship = choice("困难类型", HardshipKind)
    home_region = points_at("户籍区划", Region)
    name_differs = pw.BooleanField(verbose_name="姓名不一致", default=False)
    gone_from_register = pw.BooleanField(verbose_name="已不在名册", default=False)
    aid_until = pw.IntegerField(verbose_name="资助至学年", null=True)  # empty: no end is known
    eligible = pw.BooleanField(verbose_name="在资助期内", default=True)
    state = choice("核对状态", CheckState, default=CheckState.UNCHECKED, index=True)
    invalid_reason = choice("无效原因", InvalidReason, null=True)
    remark = text("说明", 200, default="")
    checked_by = text("核对人", 40, default="")
    checked_at = pw.DateTimeField(verbose_name="核对时间", null=True)
    submission = points_at("上报编号", Submission, null=True)  # the last round it was in
    report = choice("上报状态", ReportState, default=ReportState.OPEN)
    report_remark = text("审核意见", 200, default="")
    supplement_reason = choice("补录原因", SupplementReason, null=True)
    outside_school = text("省外学校", 80, default="")  # then `school` is the county's own office (question 22)
    outside_stage = choice("省外学段", Stage, null=True)

    class Meta:
        indexes = ((("school", "state"), False), (("register_person", "enrolment"), True))

    def __str__(self) -> str:
        return self.name


CORRECTABLE = ("name", "sex", "birth_date", "nation", "grade", "class_name", "boards", "roll_status")


class Notice(Versioned):
    """A sentence from an office to an organisation below it, shown on its first page until somebody there has read
    it."""

    title = "通知"
    named_by = ("sentence",)

    organisation = points_at("收件机构", Organisation)
    office = points_at("发件机构", Organisation)
    sentence = text("内容", 200)
    at = pw.DateTimeField(verbose_name="时间", default=now)
    seen_at = pw.DateTimeField(verbose_name="已阅时间", null=True)
    seen_by = text("已阅人", 40, default="")

    def __str__(self) -> str:
        return self.sentence


class Proof(Versioned):
    """A scanned paper that shows that a child's household is poor. The picture lies in a file (aid.pictures.store)
    whose name tells nothing; `digest` is the SHA-256 of what is kept, so that one picture is kept once for a child."""

    title = "证明材料"
    inner = frozenset({"id", "version", "file", "digest"})
    named_by = ("kind",)

    beneficiary = points_at("资助对象", Beneficiary)
    kind = choice("类别", ProofKind)
    note = text("备注", 100, default="")
    file = text("文件", 32, unique=True)
    width = pw.IntegerField(verbose_name="宽（像素）")
    height = pw.IntegerField(verbose_name="高（像素）")
    size = Quantity(verbose_name="大小")  # bytes
    digest = text("图片指纹", 64)
    added_by = text("添加人", 40)
    added_at = pw.DateTimeField(verbose_name="添加时间", default=now)

    class Meta:
        indexes = ((("beneficiary", "digest"), True),)

    def __str__(self) -> str:
        return ProofKind(self.kind).label


class DropoutCase(Extensible):
    """A child of compulsory age on the register and at no school, to be visited and brought back. One child has one
    case in its county, opened again where it is lost again."""

    title = "控辍保学"

    register_person = points_at("名册记录", RegisterPerson)  # of the current register, as long as the child is on it
    name = text("姓名", 40, index=True)
    id_number = text("身份证号", 18, index=True)
    home_region = points_at("户籍区划", Region)
    township = points_at("乡镇", Region, null=True)  # empty where the register names no township
    state = choice("状态", CaseState, default=CaseState.OPEN, index=True)
    opened_at = pw.DateTimeField(verbose_name="立案时间", default=now)
    opened_by = text("立案人", 40, default="")
    closed_reason = choice("了结原因", CaseEnd, null=True)
    closed_at = pw.DateTimeField(verbose_name="了结时间", null=True)
    closed_by = text("了结人", 40, default="")

    def __str__(self) -> str:
        return self.name


class DropoutVisit(Versioned):
    """One visit to a dropout's home."""

    title = "走访记录"
    named_by = ("date",)

    case = points_at("学生", DropoutCase)
    date = pw.DateField(verbose_name="走访日期")
    visitor = text("走访人", 60)
    outcome = choice("走访结果", VisitOutcome)
    finding = text("走访情况", 500)
    next_step = text("下一步措施", 300, default="")

    def __str__(self) -> str:
        return f"{self.date}"


# -- 3 aid -------------------------------------------------------------------


class AidItem(Versioned):
    """A kind of aid that a county gives (资助项目), with its amounts in AidStandard."""

    title = "资助项目"

    office = points_at("资助中心", Organisation)
    name = text("资助项目", 40)
    active = pw.BooleanField(verbose_name="在用", default=True)
    note = text("说明", 200, default="")

    class Meta:
        indexes = ((("office", "name"), True),)

    def __str__(self) -> str:
        return self.name


class AidStandard(Versioned):
    """What an item gives one child per term, by stage, and by boarding where that matters; 0 is nothing."""

    title = "资助标准"
    named_by = ("stage",)

    item = points_at("资助项目", AidItem)
    stage = choice("学段", Stage)
    boarding = choice("寄宿", Boarding, default=Boarding.ANY)
    amount_fen = Fen(verbose_name="每学期标准（元）")

    class Meta:
        indexes = ((("item", "stage", "boarding"), True),)

    def __str__(self) -> str:
        return Stage(self.stage).label


class AidGrant(Versioned):
    """An amount given to a child in a term (受助信息). School, name and number stay as they were when it was given."""

    title = "受助信息"

    beneficiary = points_at("资助对象", Beneficiary)
    school = points_at("发放时学校", Organisation)
    name = text("姓名", 40, index=True)
    id_number = text("身份证号", 18, index=True)
    item = points_at("资助项目", AidItem)
    term = text("学期", 5)  # 2026秋: aid.rules.terms
    amount_fen = Fen(verbose_name="金额（元）")
    paid_on = pw.DateField(verbose_name="发放日期", null=True)
    note = text("备注", 200, default="")

    class Meta:
        indexes = ((("item", "term", "beneficiary"), True),)

    def __str__(self) -> str:
        return self.name


# A child has an item once in a term, whoever's row it is; one without a number is the row it stands on.
AidGrant.add_index(
    AidGrant.index(
        AidGrant.item, AidGrant.term, AidGrant.id_number, unique=True, where=AidGrant.id_number != "", name="aid_once"
    )
)


class PublicNotice(Versioned):
    """A list that hung on a school's notice board (公示) from one day to another. `rows` are its lines as they were
    shown (aid.operations.public_lists.Posted.cells), as JSON: masked, so that no whole ID number is kept here."""

    title = "公示"
    inner = frozenset({"id", "version", "rows"})
    named_by = ("heading",)

    school = points_at("学校", Organisation)
    heading = text("标题", 100)
    term = text("学期", 5)
    item = text("资助项目", 40, default="")  # empty: all of the term
    first_day = pw.DateField(verbose_name="公示开始")
    last_day = pw.DateField(verbose_name="公示结束")
    heads = Quantity(verbose_name="公示人数")
    phone = text("监督电话", 30, default="")
    maker = text("制作人", 40)
    made_at = pw.DateTimeField(verbose_name="制作时间", default=now)
    rows = pw.TextField(verbose_name="名单")

    def __str__(self) -> str:
        return self.heading


# -- 4 trace -----------------------------------------------------------------


class Operation(Row):
    """One thing somebody did: all its changes were committed together. Written by aid.ledger alone."""

    title = "操作记录"
    named_by = ("id",)
    inner = frozenset({"id", "version", "gesture"})

    at = pw.DateTimeField(verbose_name="时间", default=now, index=True)
    actor = text("操作人", 40)
    account = points_at("账号", Account, null=True)
    organisation = points_at("机构", Organisation, null=True)
    action = text("类别", 40, index=True)
    result = choice("结果", Result, default=Result.DONE)
    sentence = text("内容", 300, default="")
    rows = Quantity(verbose_name="记录数", default=0)
    address = text("来源地址", 60, default="")
    undoes = points_at("撤销的操作", "self", null=True)
    undoable = pw.BooleanField(verbose_name="可撤销", default=True)
    undone = pw.BooleanField(verbose_name="已撤销", default=False)
    gesture = text("表格中的一步", 80, null=True, unique=True)

    def __str__(self) -> str:
        return f"#{self.id} {self.sentence}"


class Change(Row):
    """One row touched by an operation: its columns before and after, as JSON. Written by aid.ledger alone."""

    title = "变更明细"

    operation = points_at("操作", Operation)
    table = text("表", 40, column_name="table_name")
    row_id = pw.IntegerField(verbose_name="记录号")
    kind = choice("变更", ChangeKind)
    columns = text("改动的列", 400, default="")
    before = pw.TextField(verbose_name="改前", null=True)
    after = pw.TextField(verbose_name="改后", null=True)

    class Meta:
        indexes = ((("table", "row_id"), False),)

    def __str__(self) -> str:
        return f"{self.table} #{self.row_id}"


class ImportRun(Versioned):
    """One sheet that came in: what was in it, and what became of it."""

    title = "导入记录"
    inner = frozenset({"id", "version", "header", "digest"})
    named_by = ("file_name",)

    office = points_at("机构", Organisation, null=True)
    at = pw.DateTimeField(verbose_name="时间", default=now)
    kind = choice("表格", SheetKind)
    file_name = text("文件名", 200)
    digest = text("文件指纹", 64)
    batch = points_at("批次", RegisterBatch, null=True)
    rows = Quantity(verbose_name="行数", default=0)
    added = Quantity(verbose_name="新增", default=0)
    changed = Quantity(verbose_name="更新", default=0)
    unchanged = Quantity(verbose_name="未变", default=0)
    held_back = Quantity(verbose_name="退回", default=0)
    header = pw.TextField(verbose_name="表头", default="[]")

    def __str__(self) -> str:
        return f"{self.file_name}"


class Upload(Versioned):
    """A sheet that is looked at before it comes in: its rows lie in a file of their own (aid.imports.staged)."""

    title = "待导入的表"
    inner = frozenset({"id", "version", "staged", "operation"})
    named_by = ("file_name",)

    office = points_at("机构", Organisation, null=True)
    account = points_at("导入人", Account, null=True)
    at = pw.DateTimeField(verbose_name="时间", default=now)
    kind = choice("表格", SheetKind, default="")  # empty until it is known
    file_name = text("文件名", 200)
    batch = text("批次", 60, default="")
    state = choice("状态", UploadState, default=UploadState.READING)
    rows = Quantity(verbose_name="行数", default=0)
    added = Quantity(verbose_name="新增", default=0)
    changed = Quantity(verbose_name="更新", default=0)
    unchanged = Quantity(verbose_name="未变", default=0)
    held_back = Quantity(verbose_name="退回", default=0)
    corrected = Quantity(verbose_name="改正", default=0)
    message = text("说明", 300, default="")
    staged = text("暂存文件", 40)
    operation = pw.IntegerField(verbose_name="操作编号", null=True)  # no pointer: an undo may not trip over it

    def __str__(self) -> str:
        return f"{self.file_name}"


class HeldRow(Versioned):
    """A sheet row that was not taken in, with its cells as they came and the reason, to be corrected and sent again."""

    title = "退回行"
    inner = frozenset({"id", "version", "reason", "cells"})

    run = points_at("导入记录", ImportRun)
    sheet_row = pw.IntegerField(verbose_name="表中行号")
    column = text("列", 40, column_name="column_name")
    reason = text("原因代码", 30)
    message = text("原因", 300)
    cells = pw.TextField(verbose_name="原内容")

    def __str__(self) -> str:
        return f"第 {self.sheet_row} 行"


class ColumnChoice(Versioned):
    """Which column of a kind of sheet an office says a title is, "" for none: known again in its next sheet."""

    title = "列的对应"
    named_by = ("header",)

    office = points_at("机构", Organisation, null=True)
    kind = text("表格", 40)
    header = text("表头", 100)
    column = text("收作", 40, default="", column_name="column_name")

    class Meta:
        indexes = ((("office", "kind", "header"), True),)

    def __str__(self) -> str:
        return self.header


class MadeWorkbook(Versioned):
    """A workbook that is made in the background and kept for download (aid.workbooks.store). It is of what its maker
    reads: one school, or the place whose code begins with `prefix`. `newest` is the last operation it knows of."""

    title = "生成的汇总表"
    inner = frozenset({"id", "version", "slug", "term", "prefix", "file"})

    name = text("汇总表", 60)
    maker = text("制表人", 40)
    office = points_at("制表机构", Organisation)
    account = points_at("制表账号", Account)
    school = points_at("只含学校", Organisation, null=True)
    prefix = text("范围", 12)
    slug = text("表", 40)
    term = text("学期", 6, default="")  # the one that was chosen, where it is of a term
    at = pw.DateTimeField(verbose_name="制表时间", default=now)
    newest = pw.IntegerField(verbose_name="截至操作", null=True)  # no pointer: the history may be cleared of it
    state = choice("状态", MakingState, default=MakingState.QUEUED)
    rows = Quantity(verbose_name="行数", default=0)
    size = Quantity(verbose_name="大小", default=0)  # bytes
    message = text("说明", 300, default="")
    file = text("文件", 32, unique=True)

    def __str__(self) -> str:
        return self.name


MODELS: tuple[type[Row], ...] = (
    Region,
    Organisation,
    Account,
    Session,
    SavedView,
    Summary,
    CountySetting,
    OwnColumn,
    RegisterBatch,
    RegisterPerson,
    Enrolment,
    Submission,
    Beneficiary,
    Notice,
    Proof,
    AidItem,
    AidStandard,
    AidGrant,
    PublicNotice,
    DropoutCase,
    DropoutVisit,
    Operation,
    Change,
    Upload,
    ImportRun,
    HeldRow,
    ColumnChoice,
    MadeWorkbook,
)
