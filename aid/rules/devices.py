"""What a browser calls itself, as a clerk would say it."""

BROWSERS = (  # sign in the name -> what it is called; the first that fits, for most call themselves Chrome as well
    *(("Edg", "Edge"), ("QQBrowser", "QQ 浏览器"), ("MicroMessenger", "微信"), ("360", "360 浏览器")),
    *(("SE 2.X", "搜狗浏览器"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari")),
)
SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")),
    *(("Mac OS", "macOS"), ("Linux", "Linux")),
)


def called(device: str) -> str:
    """Browser and system in short; what is known by neither as it is.

    >>> called("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0")
    'Edge，Windows'
    >>> called("curl/8.5"), called("")
    ('curl/8.5', '不详')
    """
    found = [next((told for sign, told in kinds if sign in device), "") for kinds in (BROWSERS, SYSTEMS)]
    return "，".join(part for part in found if part) or device or "不详"
