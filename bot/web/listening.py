"""The socket that Baton answers on, taken before anything else is begun."""

from __future__ import annotations

import socket


class CannotListen(Exception):
    """The address or port is not to be had; the text says which settings name it."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that keeps what arrives until somebody answers. Raises CannotListen."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(2048)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise CannotListen(
            f"Baton cannot listen on port {port} of {host}: {error.strerror or error}. Stop what uses it, or set "
            "BATON_PORT (and BATON_HOST) to another."
        ) from None
    return listener
