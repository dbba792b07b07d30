"""The way out to the platforms: through the proxy that the network asks for, where the environment names one
(HTTPS_PROXY, HTTP_PROXY, NO_PROXY, as most programs read them)."""

from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL


def client(timeout: aiohttp.ClientTimeout, connector: aiohttp.BaseConnector | None = None) -> aiohttp.ClientSession:
    """What calls to the platforms are made with. Cookies of one platform must never reach another, and none are
    needed. `connector`: how connections are made, where they are made in another way; whoever gives it closes it."""
    return aiohttp.ClientSession(
        connector=connector,
        connector_owner=connector is None,
        timeout=timeout,
        cookie_jar=aiohttp.DummyCookieJar(),
        # Where there is no proxy it would read the environment and a file at each call, in a thread.
        trust_env=bool(getproxies()),
    )


def proxy_of_socket(address: str) -> str | None:
    """The proxy that a websocket to this address goes through; None: straight there.

    It is the one that HTTPS goes through: aiohttp knows of WSS_PROXY only, which nobody sets.
    """
    url = URL(address)
    if url.host is None or proxy_bypass(url.host):
        return None
    proxies = getproxies()
    kind = "http" if url.scheme == "ws" else "https"
    return proxies.get(url.scheme) or proxies.get(kind)
