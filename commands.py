"""The command line: each command calls one operation as a named actor.

Without `--as` a command acts as the county's own office. A refusal is one sentence on standard error and exit code 1;
with `--json` standard output holds the JSON and nothing else.
"""

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import ScriptInfo, pass_script_info

from aid.errors import AidError, ManySheets, OutOfScope, RuleBroken
from aid.imports import FORMATS, run_import, try_import
from aid.operations.accounts import account_called, actor_of, first_account, open_account, renew_password
from aid.operations.delivery_report import apply_newest, foresee
from aid.operations.history import undo
from aid.operations.matching import Placed, UnplacedReason, match
from aid.roles import document
from aid.scope import SYSTEM, Actor, scope_of, visible
from aid.workbooks import WORKBOOKS, make_workbook
from aid.workbooks.template import template_workbook
from bench import demo
from checks import findings
from config import Config
from models import Account, Operation, Organisation, OrganisationKind, OrganisationStatus, Role, db
from serving import listen, tidied

COMMAND_LINE = "命令行"
HOW = {ManySheets: "。选定用 --sheet 名称"}  # what the command line has for what a sentence asks
BEFORE_THE_OFFICE = ("regions", "organisations")  # what may come in while there is no county office to act for

as_login = click.option("--as", "login", metavar="LOGIN", help="以此登录名的账号执行，默认以本县资助中心执行")
as_trial = click.option("--dry-run", "dry", is_flag=True, help="只看会怎样，不写入")
as_json = click.option("--json", "wants_json", is_flag=True, help="标准输出只写 JSON")


def refusing(command: Callable[..., None]) -> Callable[..., None]:
    """End a command in one sentence where the domain refuses."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except AidError as refusal:
            click.echo(f"{refusal}{HOW.get(type(refusal), '')}", err=True)
            raise SystemExit(1) from refusal

    return run


# -- who acts ------------------------------------------------------------------


def acting(login: str | None, *, otherwise: Actor | None = None) -> Actor:
    """The actor of a command: the account `login`, else the only open county office, else `otherwise`."""
    if login:
        return actor_of(account_called(login), address=COMMAND_LINE)
    counties = visible(Organisation, SYSTEM.scope).where(
        Organisation.kind == OrganisationKind.COUNTY, Organisation.status == OrganisationStatus.OPEN
    )
    offices = list(counties.order_by(Organisation.code).limit(2))
    if len(offices) == 1:
        [office] = offices
        return Actor(COMMAND_LINE, Role.COUNTY, scope_of(Role.COUNTY, office), None, office.id, COMMAND_LINE)
    if otherwise is not None and not offices:
        return otherwise
    if offices:
        raise RuleBroken("库中不止一个县级机构，请用 --as 写明以哪个账号执行")
    raise RuleBroken("库中还没有县级机构，请先导入 regions（行政区划）和 organisations（机构名册）")


# -- sheets in, lists made, workbooks out --------------------------------------


@click.command("import", help="导入一张表：FORMAT 为 " + "、".join(FORMATS))
@click.argument("slug", metavar="FORMAT")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--batch", default="", help="名册批次，如 2026秋；只用于 register")
@click.option("--sheet", default="", metavar="名称", help="文件里有几张这样的工作表时收哪一张")
@as_trial
@as_login
@as_json
@refusing
@db.connection_context()
def import_sheet(slug: str, file: Path, *, dry: bool, login: str | None, wants_json: bool, **which: str) -> None:
    if slug not in FORMATS:
        raise RuleBroken(f"不认识“{slug}”，可以导入的有：{'、'.join(FORMATS)}")
    if not file.is_file():
        raise RuleBroken(f"没有这个文件：{file}")
    actor = acting(login, otherwise=SYSTEM if slug in BEFORE_THE_OFFICE else None)
    report = (try_import if dry else run_import)(actor, slug, file, file_name=file.name, **which)
    _answer(report, wants_json=wants_json, told=_import_told, dry=dry)


@click.command("template", help="写出一张导入模板：FORMAT 为 " + "、".join(FORMATS))
@click.argument("slug", metavar="FORMAT")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@as_login
@refusing
@db.connection_context()
def write_template(slug: str, file: Path, *, login: str | None) -> None:
    if slug not in FORMATS:
        raise RuleBroken(f"不认识“{slug}”，有模板的是：{'、'.join(FORMATS)}")
    template_workbook(acting(login, otherwise=SYSTEM if slug in BEFORE_THE_OFFICE else None), slug, file)
    click.echo(f"已写出 {file}")


@click.command("match", help="匹配下发：把名册上的孩子按学籍放到学校的名单上")
@as_login
@as_json
@refusing
@db.connection_context()
def match_lists(*, login: str | None, wants_json: bool) -> None:
    _answer(match(acting(login)), wants_json=wants_json, told=_match_told)


@click.command("apply-delivery", help="应用新名册：最新一批成为当前批次，名单随之更新")
@as_trial
@as_login
@as_json
@refusing
@db.connection_context()
def apply_delivery(*, dry: bool, login: str | None, wants_json: bool) -> None:
    report = foresee(acting(login)) if dry else apply_newest(acting(login))
    _answer(report, wants_json=wants_json, told=lambda _: report.told, dry=dry)


@click.command("workbook", help="生成汇总表：SLUG 为 " + "、".join(WORKBOOKS))
@click.argument("slug")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="存为此文件（.xlsx）")
@click.option("--term", default="", help="资助发放汇总、公示名单的学期，如 2026秋；不写为本学年、本学期")
@as_login
@refusing
@db.connection_context()
def write_workbook(slug: str, *, out: Path, term: str, login: str | None) -> None:
    if slug not in WORKBOOKS:
        raise RuleBroken(f"没有名为“{slug}”的汇总表，可用的有：{'、'.join(WORKBOOKS)}")
    if not out.parent.is_dir():
        raise RuleBroken(f"没有这个文件夹：{out.parent}")
    make_workbook(acting(login), slug, out, term=term)
    click.echo(f"已生成 {out}")


@click.command("undo", help="撤销一次操作：NUMBER 是操作记录里的编号")
@click.argument("number", type=click.IntRange(1, 2**62))
@as_login
@refusing
@db.connection_context()
def undo_operation(number: int, *, login: str | None) -> None:
    operation = visible(Operation, SYSTEM.scope).where(Operation.id == number).get_or_none()
    if operation is None:
        raise OutOfScope(f"没有编号为 {number} 的操作")
    by_system = operation.actor == SYSTEM.name and operation.account_id is None
    outcome = undo(SYSTEM if by_system and not login else acting(login), operation)
    click.echo(f"已撤销操作 {number}，恢复 {outcome.rows} 条记录；这次撤销的编号是 {outcome.operation_id}")
    for sentence in outcome.moved_on:
        click.echo(f"  未恢复：{sentence}")


def _answer(report: Any, *, wants_json: bool, told: Callable[[dict[str, Any]], list[str]], dry: bool = False) -> None:
    answer, trial = report.as_json(), ["只是试算，没有写入："] if dry else []
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2) if wants_json else "\n".join([*trial, *told(answer)]))
    if report.operation_id and not wants_json:
        click.echo(f"如需撤销：flask --app app undo {report.operation_id}")


def _import_told(answer: dict[str, Any]) -> list[str]:
    counts = "共 {rows} 行：新增 {added}，更新 {changed}，未变 {unchanged}".format_map(answer)
    held = [f"  第 {row['row']} 行：{row['message']}" for row in answer["held_back"]]
    warned = [f"  提醒：{warning}" for warning in answer["warnings"]]
    return [f"{counts}，退回 {len(held)}", *held, *warned]


def _match_told(answer: dict[str, Any]) -> list[str]:
    placed = Placed(answer["beneficiaries_added"], **answer["supplements"])
    return [
        f"新增资助对象 {placed.added} 条{placed.told}",
        "名单上现有 {children} 人，重复 {duplicate_groups} 组".format_map(answer),
        "未匹配：" + "，".join(f"{UnplacedReason(reason).label} {rows}" for reason, rows in answer["unplaced"].items()),
    ]


# -- accounts and the server ---------------------------------------------------


@click.command("account", help="开设账号，显示一次性密码")
@click.argument("login")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role if role != Role.SYSTEM]))
@click.option("--organisation", "code", required=True, metavar="CODE", help="机构编码（12 位）")
@click.option("--name", required=True, help="使用人姓名")
@click.option("--as", "opener", metavar="LOGIN", help="以此登录名的账号开设，默认以系统开设")
@refusing
@db.connection_context()
def open_one(login: str, *, role: str, code: str, name: str, opener: str | None) -> None:
    actor = acting(opener) if opener else SYSTEM
    organisation = visible(Organisation, actor.scope).where(Organisation.code == code).get_or_none()
    if organisation is None:
        raise OutOfScope(f"没有编码为 {code} 的机构，或不归您管理")
    _show_password(*open_account(actor, organisation=organisation, role=Role(role), login=login, name=name))


@click.command("password", help="忘记密码：换一个一次性密码，并结束此账号的所有登录")
@click.argument("login")
@refusing
@db.connection_context()
def renew_one(login: str) -> None:
    _show_password(*renew_password(SYSTEM, account_called(login)))


def _show_password(account: Account, password: str) -> None:
    click.echo(f"{account.name}　登录名 {account.login}　一次性密码 {password}")


@click.command("serve", help="启动服务；库中没有账号时先开设第一个账号")
@pass_script_info
@refusing
def serve(script: ScriptInfo) -> None:
    app = script.load_app()
    with db.connection_context():
        if not visible(Account, SYSTEM.scope).exists():
            _show_password(*first_account())
            click.echo("请记下密码：它只显示这一次，首次登录时须改掉。")
        tidied(app.config["ZHUXUE"])
    listen(app)


FORGOTTEN = (
    "清理超过 HISTORY_YEARS 年的操作和登录记录、UPLOAD_DAYS 天没有人处理的表、WORKBOOK_DAYS 天以前的汇总表、"
    "没有记录的图片；serve 启动时也做"
)


@click.command("forget", help=FORGOTTEN)
@pass_script_info
@refusing
def forget_old(script: ScriptInfo) -> None:
    config: Config = script.load_app().config["ZHUXUE"]
    with db.connection_context():
        click.echo("\n".join(tidied(config)))


@click.command("demo", help="演示用的一个县：造数据、导入、匹配、开账号并启动服务")
@pass_script_info
@refusing
def serve_demo(script: ScriptInfo) -> None:
    app = script.load_app()
    config: Config = app.config["ZHUXUE"]
    with db.connection_context():
        for account, password in demo.prepare(config.data_dir / "demo", click.echo):
            _show_password(account, password)
    listen(app)


@click.command("check", help="检查设置和数据库是否安全；有不安全的设置时以非零状态结束")
@pass_script_info
def check_settings(script: ScriptInfo) -> None:
    app = script.load_app()
    with db.connection_context():
        unsafe, hints = findings(app.config["ZHUXUE"], debug=app.debug)
    for sentence in unsafe:
        click.echo(f"不安全：{sentence}", err=True)
    for sentence in hints:
        click.echo(f"提醒：{sentence}")
    if unsafe:
        raise SystemExit(1)
    click.echo("检查通过，没有不安全的设置。")


@click.command("roles", help="写出角色权限表（docs/roles.md）")
def write_roles() -> None:
    click.echo(document(), nl=False)


COMMANDS = (
    import_sheet,
    write_template,
    match_lists,
    apply_delivery,
    write_workbook,
    undo_operation,
    open_one,
    renew_one,
    forget_old,
    check_settings,
    write_roles,
    serve,
    serve_demo,
)


def register(app: Flask) -> None:
    """Put our commands beside Flask's own."""
    for command in COMMANDS:
        app.cli.add_command(command)
