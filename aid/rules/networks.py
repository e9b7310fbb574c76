"""The networks an organisation signs in from (question 26): CIDR, IPv4 (RFC 4632) and IPv6 (RFC 4291)."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
SEPARATORS = re.compile(r"[\s,;，；、]+")


def parsed(text: str) -> tuple[Network, ...]:
    """The networks written in `text`, apart by commas, spaces or lines; a single address is a network of one.

    Raises ValueError with a sentence that names the first word that is no network.

    >>> [str(network) for network in parsed("10.36.0.0/16， 2001:db8::/32 192.168.1.7")]
    ['10.36.0.0/16', '2001:db8::/32', '192.168.1.7/32']
    """
    return tuple(_network(word) for word in SEPARATORS.split(text.strip()) if word)


def written(text: str) -> str:
    """`text` as it is kept: one form for each network, each once, apart by spaces. Raises ValueError like `parsed`.

    >>> written("10.36.0.0/16, 10.36.0.0/16\\n192.168.1.7")
    '10.36.0.0/16 192.168.1.7/32'
    """
    return " ".join(dict.fromkeys(map(str, parsed(text))))


def allows(text: str, address: str) -> bool:
    """Whether one may sign in from `address` where `text` names the networks; empty allows every address.

    An IPv4 address that arrives written as IPv6 (::ffff:10.0.0.1) counts as what it is. What is no address, such as
    the name of the command line, is in no network.

    >>> allows("", "203.0.113.9"), allows("10.36.0.0/16", "10.36.4.2"), allows("10.36.0.0/16", "10.37.0.1")
    (True, True, False)
    >>> allows("10.36.0.0/16", "::ffff:10.36.4.2"), allows("2001:db8::/32", "2001:db8::7")
    (True, True)
    """
    if not text.strip():
        return True
    try:
        came = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    came = getattr(came, "ipv4_mapped", None) or came
    return any(came in network for network in parsed(text))


def _network(word: str) -> Network:
    try:
        return ip_network(word)
    except ValueError:
        pass
    try:
        meant = ip_network(word, strict=False)
    except ValueError as no_network:
        raise ValueError(f"“{word}”不是网段，应如 10.36.0.0/16 或 2001:db8::/32") from no_network
    raise ValueError(f"“{word}”的网段写法不对，是不是 {meant}？")
