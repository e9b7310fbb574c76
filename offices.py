"""Places, offices and schools, the people who work there, and what they have set for themselves."""

import peewee as pw

from codes import AccountStatus, OrganisationKind, OrganisationStatus, OwnKind, RegionLevel, Role, Stage
from rows import Extensible, Versioned, choice, now, points_at, text

# -- 1 places ----------------------------------------------------------------


class Region(Versioned):
    """A place with a 12-digit code: 省 2+10 zeros, 市 4+8, 县 6+6, 乡镇 9+3, 村 12 (GB/T 2260, GB/T 10114)."""

    title = "行政区划"

    code = text("区划代码", 12, unique=True)
    name = text("名称", 60)
    level = choice("级别", RegionLevel)
    parent = points_at("上级区划", "self", null=True)

    def __str__(self) -> str:
        return self.name


class Organisation(Extensible):
    """An office or a school. A school that teaches two stages is two organisations, told apart by stage."""

    title = "机构"
    inner = frozenset({"id", "version", "last_serial"})
    lasting = frozenset({"last_serial"})
    named_by = ("name", "stage")

    code = text("机构编码", 12, unique=True)
    name = text("机构名称", 80, index=True)
    kind = choice("机构类型", OrganisationKind)
    stage = choice("学段", Stage, null=True)
    region = points_at("行政区划", Region)
    parent = points_at("上级机构", "self", null=True)
    status = choice("机构状态", OrganisationStatus, default=OrganisationStatus.OPEN)
    merged_into = points_at("并入机构", "self", null=True)
    networks = text("登录网段", 500, default="")
    last_serial = pw.IntegerField(verbose_name="已用序号", default=0)

    def __str__(self) -> str:
        return f"{self.name}（{Stage(self.stage).label}）" if self.stage else self.name


# -- 2 people at work --------------------------------------------------------


class Account(Versioned):
    """Someone who signs in. Without an organisation it is the server's own administrator."""

    title = "账号"
    named_by = ("login",)
    secret = frozenset({"password_hash"})

    login = text("登录名", 40, unique=True)
    name = text("姓名", 40)
    role = choice("角色", Role)
    organisation = points_at("所属机构", Organisation, null=True)
    status = choice("账号状态", AccountStatus, default=AccountStatus.OPEN)
    must_change = pw.BooleanField(verbose_name="须改密码", default=True)
    last_sign_in = pw.DateTimeField(verbose_name="上次登录", null=True)
    password_hash = text("密码", 200)
    password_at = pw.DateTimeField(verbose_name="密码设定时间", default=now)

    def __str__(self) -> str:
        return self.login


class Session(Versioned):
    """One sign-in, from its start to its end. The browser holds the token, this table its digest alone."""

    title = "登录会话"
    lasting = frozenset({"ended"})
    named_by = ("started",)
    secret = frozenset({"digest"})

    account = points_at("账号", Account)
    digest = text("令牌指纹", 64, unique=True)
    started = pw.DateTimeField(verbose_name="登录时间", default=now)
    ended = pw.DateTimeField(verbose_name="结束时间", null=True)
    address = text("来源地址", 60, default="")
    device = text("设备", 200, default="")

    def __str__(self) -> str:
        return f"{self.started}"


class SavedView(Versioned):
    """How somebody has a table shown: which rows, in which order, which columns. Without a name it is how they left it
    last. `words` are those of the table's address, `layout` its columns, both as JSON (aid/rules/views.py)."""

    title = "表格视图"
    inner = frozenset({"id", "version", "words", "layout"})

    account = points_at("账号", Account)
    table = text("表", 40, column_name="table_name")
    name = text("视图", 40, default="")
    shared = pw.BooleanField(verbose_name="共享", default=False)
    words = pw.TextField(verbose_name="条件", default="{}")
    layout = pw.TextField(verbose_name="列", default="{}")

    class Meta:
        indexes = ((("account", "table", "name"), True),)

    def __str__(self) -> str:
        return self.name


class Summary(Versioned):
    """A summary that somebody has put together and keeps under a name. `layout` is its rows, columns, measures and
    filters as JSON (aid/summaries/layout.py), `subject` the table that it is of; its figures are counted anew for
    whoever looks, in their own scope."""

    title = "自制汇总"
    inner = frozenset({"id", "version", "layout"})

    account = points_at("账号", Account)
    name = text("名称", 40)
    shared = pw.BooleanField(verbose_name="共享", default=False)
    subject = text("汇总什么", 40, default="beneficiary")
    layout = pw.TextField(verbose_name="布局", default="{}")

    class Meta:
        indexes = ((("account", "name"), True),)

    def __str__(self) -> str:
        return self.name


class CountySetting(Versioned):
    """What a county's office has set for itself; without a row nothing is set (aid.operations.school_year)."""

    title = "县的设置"
    named_by = ("school_year",)

    office = points_at("机构", Organisation, unique=True)
    school_year = pw.IntegerField(verbose_name="学年")
    townships_check = pw.BooleanField(verbose_name="乡镇可核对", default=False)
    report_by = pw.DateField(verbose_name="上报截止", null=True)

    def __str__(self) -> str:
        return f"{self.school_year}"


class OwnColumn(Versioned):
    """A column that the county has added to a table: what one of its spare columns, `slot`, means (aid.own_columns).

    A retired one is shown nowhere, and its values stay. From `since` on its slot has meant this, until the operation
    `until` emptied it for another; `choices` are [code, label, closed] as JSON.
    """

    title = "自定义列"
    named_by = ("label",)
    inner = frozenset({"id", "version", "slot", "position", "since", "until"})

    office = points_at("设定机构", Organisation)
    table = text("表", 40, column_name="table_name")
    slot = text("备用列", 20)
    kind = choice("类型", OwnKind)
    label = text("列名", 20)
    help = text("填写说明", 100, default="")
    choices = pw.TextField(verbose_name="选项", default="[]")
    required = pw.BooleanField(verbose_name="必填", default=False)
    position = pw.IntegerField(verbose_name="次序")
    retired_at = pw.DateTimeField(verbose_name="停用时间", null=True)
    since = pw.IntegerField(verbose_name="自操作")
    until = pw.IntegerField(verbose_name="至操作", null=True)

    def __str__(self) -> str:
        return self.label


# One spare column means one thing at a time: an undo that would give it back a former meaning is refused.
OwnColumn.add_index(
    OwnColumn.index(OwnColumn.table, OwnColumn.slot, unique=True, where=OwnColumn.until.is_null(), name="own_slot")
)
