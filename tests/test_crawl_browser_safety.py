"""Nothing in the browser gets into the network of this machine, and nothing of it outlives its crawl."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

import psutil
import pytest

from tests.browsing import ON, browse, needs_browser
from tests.crawling import QUICK, ROOT, command, environment
from tests.servers import Server, answer, redirect
from tests.test_crawl_browser import ARTICLE, BEHIND
from tests.test_crawl_safety import VECTORS, Listener

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers import Answer, Asked

LONGEST_START = 60
"""Seconds until a crawl has got as far as its first page in the browser."""
AT_ONCE = 11
"""Hosts that one page tries: each costs two of the requests that a page may make."""

# Tries every way out to each host, waits until each has failed or not, and tells what has been loaded in a cookie.
TRYING = """<!DOCTYPE html><html><head></head><body><script>
const hosts = HOSTS, told = {loaded: [], failed: 0, own: 0};
function told_of(what, patience) { return new Promise(end => { setTimeout(end, patience || 9000, 'late'); what(end) })
    .then(how => { if (how !== undefined) told.failed++ }) }
function element(name, attribute, url, label) { return told_of(end => {
    const one = document.createElement(name);
    if (name == 'link') one.rel = 'stylesheet';
    one.onload = () => { if (name != 'iframe') told.loaded.push(label); end() };
    one.onerror = () => end('failed');
    one[attribute] = url;
    document.body.append(one) }, name == 'iframe' && 200) }
function request(url, label) { return told_of(end => fetch(url, {mode: 'no-cors'})
    .then(() => { told.loaded.push(label); end() }, () => end('failed'))) }
function socket(url, label) { return told_of(end => { const one = new WebSocket(url);
    one.onopen = () => { told.loaded.push(label); end() }; one.onclose = () => end('failed') }) }
async function all() {
    await Promise.all([element('script', 'src', '/own.js', ''), request('/own.json', '')]);
    told.own = told.loaded.length; told.loaded = []; told.failed = 0;
    await Promise.all(hosts.flatMap((host, place) => { const url = 'http://' + host + '/x'; return [
        element('img', 'src', url, 'img ' + host), element('script', 'src', url, 'script ' + host),
        element('iframe', 'src', url, 'iframe ' + host), element('link', 'href', url, 'css ' + host),
        element('script', 'src', '/to?' + encodeURIComponent(url), 'redirect ' + host),
        request(url, 'fetch ' + host)] }).concat(SOCKETS.map(
        host => socket('ws://' + host + '/x', 'websocket ' + host))));
    for (const host of hosts) {
        location.href = 'http://' + host + '/x';
        await new Promise(end => setTimeout(end, 20));
        const hint = document.createElement('link');
        hint.rel = 'preconnect'; hint.href = 'http://' + host + '/'; document.head.append(hint);
    }
    window.open('http://' + hosts[0] + '/x');
    const call = new RTCPeerConnection({iceServers: [{urls: 'stun:' + hosts[0]}, {urls: 'turn:' + hosts[0]
        + '?transport=tcp', username: 'a', credential: 'a'}]});
    call.createDataChannel('');
    await call.setLocalDescription(await call.createOffer());
    await new WebTransport('https://' + hosts[0] + '/x').ready.catch(() => 0);
    await new Promise(end => setTimeout(end, 500));
    document.cookie = 'told=' + encodeURIComponent(JSON.stringify(told));
    location.href = location.href.split('#')[0];
}
all();
</script></body></html>"""


class Trying(Server):
    """A site whose walls try hosts, some in each article's place.

    Attributes:
        told: what each page says has come of it.
    """

    def __init__(self, hosts: list[str]) -> None:
        self.lots = [hosts[start : start + AT_ONCE] for start in range(0, len(hosts), AT_ONCE)]
        self.told: list[dict[str, Any]] = []
        super().__init__(self.serve)

    @property
    def articles(self) -> list[str]:
        return [self.url + ARTICLE.format(number) for number in range(1, len(self.lots) + 1)]

    def serve(self, asked: Asked) -> Answer:
        parts = urlsplit(asked.path)
        if parts.path == "/to":
            return redirect(unquote(parts.query))
        if parts.path != "/portal.php":
            return answer(404 if parts.path == "/robots.txt" else 200, b"1", kind="text/javascript")
        cookies = dict(pair.strip().split("=", 1) for pair in (asked.header("Cookie") or "").split(";") if pair)
        if "told" in cookies:
            self.told.append(json.loads(unquote(cookies["told"])))
            return with_no_cookie(BEHIND)
        lot = self.lots[int(parse_qs(parts.query)["aid"][0]) - 1]
        # Chromium makes those wait that follow many others in vain: all of them in one page wait together.
        sockets = [host for lot in self.lots for host in lot] if lot is self.lots[-1] else []
        page = TRYING.replace("HOSTS", json.dumps(lot)).replace("SOCKETS", json.dumps(sockets))
        return answer(200, page.encode())


def with_no_cookie(page: bytes) -> bytes:
    """The page, which has the cookie forgotten that told of the last one."""
    head, _, body = page.partition(b"\r\n\r\n")
    return head + b"\r\nSet-Cookie: told=; Max-Age=0\r\n\r\n" + body


@pytest.fixture
def listener() -> Iterator[Listener]:
    with ExitStack() as stack:
        listening = Listener()
        stack.callback(listening.close)
        yield listening


@needs_browser
def test_no_way_out_of_a_page_leads_to_a_private_address(listener: Listener) -> None:
    hosts = [f"{host}:{listener.port}" for host in VECTORS]
    with Trying(hosts) as site, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.bind(("127.0.0.1", listener.port))
        datagrams.setblocking(False)
        browsed = browse(*site.articles, DISCUZ_ALLOW_PRIVATE_ADDRESSES=f"{site.host}:{site.port}")
        assert [(one.get("status"), one.get("flags")) for one in browsed.came] == [(200, ["browser"])] * len(site.lots)
        assert [told["loaded"] for told in site.told] == [[]] * len(site.lots)
        # The pages did try: each of the seven ways to each host has failed, frames by not saying anything in time.
        assert sum(told["failed"] for told in site.told) == 7 * len(VECTORS)
        assert {told["own"] for told in site.told} == {2}
        # Both scripts of each host came as far as the guard.
        assert browsed.stat("refused_count") >= 2 * len(VECTORS)
        assert sum(path.startswith("/to?") for path in site.paths) == len(VECTORS)
        with pytest.raises(BlockingIOError):
            datagrams.recv(1)
    assert listener.connections == 0


@needs_browser
def test_what_is_listed_may_be_loaded_and_only_scripts_of_others(listener: Listener) -> None:
    listener.answers["/x"] = b"HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\n"
    host = f"127.0.0.1:{listener.port}"
    with Trying([host]) as site:
        browse(*site.articles, DISCUZ_ALLOW_PRIVATE_ADDRESSES=f"{site.host}:{site.port},{host}")
        assert sorted(site.told[0]["loaded"]) == [f"redirect {host}", f"script {host}"]
    assert set(listener.paths) == {"/robots.txt", "/x"}


# --- the end ----------------------------------------------------------------------------------------------------------


def stuck(asked: Asked) -> Answer:
    """A wall whose script never ends, once it has asked for another one."""
    if asked.path == "/robots.txt":
        return answer(404)
    if asked.path == "/stuck.js":
        return answer(200, b"for(;;);", kind="text/javascript")
    return answer(200, b"<html><script>/* __jsl_clearance */</script><script src=/stuck.js></script></html>")


@needs_browser
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 8), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_crawl_that_is_ended_takes_the_browser_along(tmp_path: Path, number: signal.Signals, code: int) -> None:
    words = [word for name, value in (QUICK | ON).items() for word in ("-s", f"{name}={value}")]
    with (
        Server(stuck) as server,
        subprocess.Popen(
            command("portal", tmp_path, *words, site=server.url),
            cwd=ROOT,
            env=environment(),
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        begun = time.monotonic()
        while "/stuck.js" not in server.paths:
            assert process.poll() is None
            assert time.monotonic() - begun < LONGEST_START
            time.sleep(0.05)
        browser = psutil.Process(process.pid).children(recursive=True)
        assert any("chrom" in one.name() for one in browser)
        process.send_signal(number)
        sent = time.monotonic()
        _, said = process.communicate(timeout=60)
        assert time.monotonic() - sent < 10
        assert process.returncode == code, said
        if code == 8:
            assert said.rstrip().endswith("interrupted by SIGTERM: start again to go on")
            assert "Traceback" not in said
    _, left = psutil.wait_procs(browser, timeout=10)
    assert left == []
