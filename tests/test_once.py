"""What workers share is made once, and is what was made."""

import threading

import pytest

from tests.once import Once


def test_the_second_reads_what_the_first_made(tmp_path):
    made = []

    def make():
        made.append(len(made))
        return b"book %d" % len(made)

    assert [Once(tmp_path)("book kk", make) for _worker in range(2)] == [b"book 1"] * 2
    assert Once(tmp_path)("book ru", make) == b"book 2"
    assert Once()("book kk", make) == b"book 3"


def test_the_second_waits_while_the_first_makes(tmp_path):
    begun, go, found = threading.Event(), threading.Event(), []

    def slow():
        begun.set()
        go.wait(10)
        return b"first"

    first = threading.Thread(target=lambda: found.append(Once(tmp_path)("book", slow)))
    second = threading.Thread(target=lambda: found.append(Once(tmp_path)("book", lambda: b"second")))
    first.start()
    assert begun.wait(10)
    second.start()
    second.join(0.2)
    assert found == []
    go.set()
    first.join()
    second.join()
    assert found == [b"first", b"first"]


def test_what_could_not_be_made_is_not_kept(tmp_path):
    def broken():
        raise ValueError

    with pytest.raises(ValueError):
        Once(tmp_path)("book", broken)
    assert Once(tmp_path)("book", lambda: b"whole") == b"whole"
