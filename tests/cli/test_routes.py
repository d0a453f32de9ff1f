from tests.cli.conftest import Terminal
from web.app import declarations


def test_every_declared_route_is_listed(bare: Terminal) -> None:
    listed = bare.done("routes").json()
    assert [(r["method"], r["path"]) for r in listed] == [
        (d.method, d.path) for d in declarations()
    ]
    assert {"method", "path", "surface", "permission", "object", "csrf", "events"} == set(listed[0])
    assert "/api/v1/cases" in bare.done("routes", "--format", "table").out
