"""Passwords that others would try first are refused; phrases are not."""

import pytest

from engine.errors import InvalidError
from engine.service.passwords import hash_password
from tests.people import PASSWORD


@pytest.mark.parametrize(
    "password",
    [
        "password123456", "P@ssw0rd123456", "passwordpassword", "qwertyuiop1234",
        "1qaz2wsx3edc4rfv",
        "woaini5201314", "woaizhongguo2026", "Admin@123456789", "zhangsan123456",
        "Zhangsan-2026-2026",
        "abcd1234abcd1234", "iloveyou!!!!1234", "123456789012345", "admin_admin_admin",
        "Welcome2026!!",
        "1q2w3e4r5t6y", "guanliyuan123", "密密密密duban2026!",
    ],
)  # fmt: skip
def test_a_common_word_with_ornaments_is_refused(password: str) -> None:
    with pytest.raises(InvalidError):
        hash_password(password, "zhangsan")


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD, "correct horse battery", "admin-password-1", "蓝色的河流经过三座桥梁边",
        "kx9-Trn!v20pq",
        "duban test 2026 lantern", "zhangsan likes maps", "summer password grows",
    ],
)  # fmt: skip
def test_a_phrase_or_a_random_one_is_taken(password: str) -> None:
    assert hash_password(password, "zhangsan").startswith("$argon2id$")
