"""Which addresses belong to the public internet: everything else may be a door into our own network."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# What Python's own lists lack, or lack in some versions we run on
_CLOSED_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network: Linux takes it for itself
        "100.64.0.0/10",  # carriers' NAT, and Alibaba's metadata
        "168.63.129.16/32",  # Azure's platform, reached from its machines only
        "192.0.0.0/24",  # special purposes, and Oracle's metadata
        "192.88.99.0/24",  # relays of 6to4
        "198.18.0.0/15",  # benchmarks
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
)
_GLOBAL_6 = IPv6Network("2000::/3")
_CLOSED_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # special purposes; Teredo, whose other end is anybody
        "2001:db8::/32",  # examples
        "3fff::/20",  # examples
    )
)
# Where an IPv4 address is inside: the network, and how far it is from the right
_EMBEDDED = (
    (IPv6Network("::ffff:0:0/96"), 0),  # mapped
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (IPv6Network("2002::/16"), 80),  # 6to4
)


def is_public(address: str) -> bool:
    """Of an IPv6 address that stands for an IPv4 one, that one counts. Raises `ValueError` for no address."""
    parsed = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv4Address):
        return _is_public_4(parsed)
    for network, shift in _EMBEDDED:
        if parsed in network:
            return _is_public_4(IPv4Address(int(parsed) >> shift & 0xFFFF_FFFF))
    return _is_public_6(parsed)


def _is_public_4(address: IPv4Address) -> bool:
    return address.is_global and not any(address in network for network in _CLOSED_4)


def _is_public_6(address: IPv6Address) -> bool:
    return address in _GLOBAL_6 and address.is_global and not any(address in network for network in _CLOSED_6)
