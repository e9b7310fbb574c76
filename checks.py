"""What is unsafe about the settings and the machine, in sentences; `flask --app app check` says them."""

import os
import stat
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from aid import dialect
from aid.errors import OutOfScope
from aid.operations.accounts import account_called
from config import Config

WEAK_SECRETS = ("secret", "changeme", "password", "zhuxue", "development", "dev-")
FEWEST_LETTERS = 12  # different ones, in a secret that was made and not thought up
SAFE_SSL = ("require", "verify-ca", "verify-full")
TOO_FEW_CLASSES = 2


def findings(config: Config, *, debug: bool) -> tuple[list[str], list[str]]:
    """What must be mended before children's data goes in, and what is worth a thought. The database is open."""
    unsafe = [*_program(config, debug=debug), *_network(config), *_files(config), *_watched(config), *dialect.damage()]
    return unsafe, list(_hints(config))


def _program(config: Config, *, debug: bool) -> Iterator[str]:
    if debug:
        yield "调试模式开着（FLASK_DEBUG），会把程序内部显示给访问的人；请去掉"
    secret = config.secret_key
    if len(set(secret)) < FEWEST_LETTERS or any(word in secret.lower() for word in WEAK_SECRETS):
        yield "SECRET_KEY 太容易猜到；请去掉这个设置，程序会自己生成一个"
    if config.database_url and not _safe_connection(config.database_url):
        yield "DATABASE_URL 连到别的机器而没有加密；请在末尾加 ?sslmode=verify-full"


def _network(config: Config) -> Iterator[str]:
    if _is_local(config.host):
        return
    if not config.https:
        yield f"HOST={config.host} 对外监听而没有 https，密码会在网上明文传送；请用 https 代理，并设 HTTPS=true"
    if config.https and not config.proxy:
        yield "HTTPS=true 但没有设 PROXY（https 代理的地址），看不到访问者真正的地址"
    if not config.trusted_hosts:
        yield "没有设 TRUSTED_HOSTS（浏览器里用的域名），伪造的域名也会被接受"


def _files(config: Config) -> Iterator[str]:
    for path in (config.data_dir, config.data_dir / "secret_key", config.database_path):
        if path.exists() and _open_to_others(path):
            yield f"{path} 别的用户也能读；请执行 chmod {'700' if path.is_dir() else '600'} {path}"


def _watched(config: Config) -> Iterator[str]:
    folder = config.watch_folder
    if folder is None:
        return
    if not folder.is_dir():
        yield f"WATCH_FOLDER 没有这个文件夹：{folder}；请先建好"
        return
    if folder.stat().st_mode & stat.S_IRWXO:
        yield f"{folder} 别的用户也能读写，放进去的名册会被看到；请执行 chmod o= {folder}"
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield f"{folder} 服务器不能读写，放进去的文件移不走；请改成运行服务的用户可写"
    try:
        account_called(config.watch_as)
    except OutOfScope as refusal:
        yield f"WATCH_AS：{refusal}，收件夹里的文件都不会导入"


def _hints(config: Config) -> Iterator[str]:
    if config.password_require_classes < TOO_FEW_CLASSES:
        yield "PASSWORD_REQUIRE_CLASSES 小于 2，等保要求口令有复杂度"
    if not config.password_max_age_days:
        yield "PASSWORD_MAX_AGE_DAYS=0，密码从不过期，等保要求定期更换"


def _open_to_others(path: Path) -> bool:
    """A file in a folder that is closed to others is closed to them as well."""
    mode, folder = path.stat().st_mode, path.parent.stat().st_mode
    shared = stat.S_IRWXG | stat.S_IRWXO
    return bool(mode & shared) and (path.is_dir() or bool(folder & shared))


def _is_local(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _safe_connection(url: str) -> bool:
    address = urlsplit(url)
    here = not address.hostname or _is_local(address.hostname)
    return here or parse_qs(address.query).get("sslmode", [""])[0] in SAFE_SSL
