"""Chat robots: WeCom 企业微信, DingTalk 钉钉 and Feishu 飞书, each by the address of its webhook.

An address says which it is by its scheme: `wecom+https://…`, `dingtalk+https://…#secret`,
`feishu+https://…#secret`; the host is whatever the government's own deployment has. The fragment is
the robot's signing secret and never leaves the machine.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote_plus, urlsplit, urlunsplit

from engine.channels.limit import WHOLE_SECONDS
from engine.channels.outbound import ChannelError, Outbound

LIMITS: dict[str, tuple[tuple[int, float], ...]] = {
    "wecom": ((20, 60 + WHOLE_SECONDS),),
    "dingtalk": ((20, 60 + WHOLE_SECONDS),),
    "feishu": ((100, 60 + WHOLE_SECONDS), (5, 2.0)),
}
"""Messages that each takes from one robot before it shuts it out: 20, 20 and 100 a minute, Feishu 5
a second besides. The time that one may be on its way is added, so that none come too close."""
_JSON = {"Content-Type": "application/json"}
Build = Callable[[str, str, datetime], tuple[str, dict[str, object]]]


def kind_of(address: str) -> str | None:
    """Say which robot an address names; None for one that is none."""
    kind, plus, rest = address.partition("+")
    known = kind in LIMITS and plus and rest.startswith(("https://", "http://"))
    return kind if known else None


def url_of(address: str) -> str:
    """Give the address that is called, without the secret."""
    return urlunsplit(urlsplit(address.partition("+")[2])._replace(fragment=""))


def limits(address: str) -> tuple[tuple[int, float], ...]:
    """Give the pace of a robot."""
    return LIMITS.get(kind_of(address) or "", ((1, 1.0),))


def identity(address: str) -> str:
    """Name a robot without telling its address, whose parameters are secret."""
    return hashlib.sha256(url_of(address).encode()).hexdigest()[:32]


def send(outbound: Outbound, address: str, text: str, at: datetime) -> None:
    """Say something through a robot. Raises ChannelError."""
    kind = kind_of(address)
    if kind is None:
        raise ChannelError("the robot's address cannot be used", permanent=True)
    url, body = _BUILDS[kind](url_of(address), urlsplit(address).fragment, at)
    answer = outbound.post(url, json.dumps(_with_text(kind, body, text)).encode(), _JSON)
    _refuse_error(kind, answer)


def _with_text(kind: str, body: dict[str, object], text: str) -> dict[str, object]:
    if kind == "feishu":
        return {**body, "msg_type": "text", "content": {"text": text}}
    return {**body, "msgtype": "text", "text": {"content": text}}


def _plain(url: str, _secret: str, _at: datetime) -> tuple[str, dict[str, object]]:
    return url, {}


def _dingtalk(url: str, secret: str, at: datetime) -> tuple[str, dict[str, object]]:
    """Sign by HMAC-SHA256 over time and secret, as a parameter of the address."""
    if not secret:
        return url, {}
    stamp = str(int(at.timestamp() * 1000))
    signature = _signed(secret.encode(), f"{stamp}\n{secret}".encode())
    joined = "&" if "?" in url else "?"
    return f"{url}{joined}timestamp={stamp}&sign={quote_plus(signature)}", {}


def _feishu(url: str, secret: str, at: datetime) -> tuple[str, dict[str, object]]:
    """Sign nothing by a key of time and secret, as fields of the body."""
    if not secret:
        return url, {}
    stamp = str(int(at.timestamp()))
    return url, {"timestamp": stamp, "sign": _signed(f"{stamp}\n{secret}".encode(), b"")}


_BUILDS: dict[str, Build] = {"wecom": _plain, "dingtalk": _dingtalk, "feishu": _feishu}


def _signed(key: bytes, data: bytes) -> str:
    return base64.b64encode(hmac.new(key, data, hashlib.sha256).digest()).decode()


def _refuse_error(kind: str, answer: bytes) -> None:
    """Robots answer 200 to everything; what they think of it stands in the body."""
    try:
        said = json.loads(answer)
        code = said.get("errcode", said.get("code", 0))
    except (ValueError, AttributeError) as error:
        raise ChannelError(f"{kind}: an answer that cannot be read") from error
    if code != 0:
        raise ChannelError(f"{kind}: refused with {code}")
