"""The server: waitress in this process, until it is interrupted."""

import gc
import logging
import shutil
from typing import Any

import click
import waitress
from flask import Flask

from aid import dialect
from aid.errors import RuleBroken
from aid.imports.folder import WatchedFolder
from aid.imports.tidying import tidy
from aid.imports.worker import WORKER
from aid.operations.events import forget
from aid.operations.proofs import tidy_pictures
from aid.scope import SYSTEM
from aid.workbooks.making import MAKER
from aid.workbooks.tidying import tidy_workbooks
from config import Config

QUIET_CONNECTION = 60  # seconds a browser may leave a connection unused


def listen(app: Flask) -> None:
    """Serve until interrupted."""
    config: Config = app.config["ZHUXUE"]
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        server = waitress.create_server(
            app,
            host=config.host,
            port=config.port,
            threads=config.threads,
            channel_timeout=QUIET_CONNECTION,
            max_request_body_size=app.config["MAX_CONTENT_LENGTH"],
            ident="",
            **_behind(config.proxy),
        )
    except OSError as refusal:
        raise RuleBroken(
            f"{config.host}:{config.port} 不能监听（{refusal.strerror}）；可用 PORT 换一个端口"
        ) from refusal
    for left in config.passing_dir.iterdir():  # by a server that was killed over an upload
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    WORKER.start()
    MAKER.start()
    if config.watch_folder is not None:
        WatchedFolder(config.watch_folder, config.watch_as).start()
    collect_less()
    click.echo(f"请用浏览器打开 http://{config.host}:{config.port}/ ，按 Ctrl+C 停止")
    with dialect.kept_open():
        server.run()


def tidied(config: Config) -> list[str]:
    """Clear what is kept for its time only; what went, in sentences."""
    return [
        f"已清理 {config.history_years} 年以前的记录：{forget(SYSTEM, years=config.history_years)} 次操作",
        f"已清理 {config.upload_days} 天没有人处理的待导入的表：{tidy(SYSTEM, days=config.upload_days)} 张",
        f"已清理 {config.workbook_days} 天以前生成的汇总表：{tidy_workbooks(SYSTEM, days=config.workbook_days)} 份",
        # Last: the picture of what has just been forgotten cannot come back.
        f"已清理没有记录的证明材料图片：{tidy_pictures(SYSTEM)} 张",
    ]


def collect_less() -> None:
    """The program itself never goes, and a paste makes tens of thousands of objects that go by themselves: looking for
    garbage among them would cost a tenth of its time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def _behind(proxy: str) -> dict[str, Any]:
    """What the proxy alone is believed about: the client's address and that it came by https."""
    if not proxy:
        return {}
    return {"trusted_proxy": proxy, "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"}}
