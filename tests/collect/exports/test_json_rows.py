"""Reading a damaged file yields every readable row in order, a Damaged for each stretch between, and nothing else."""

import io
import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collect.exports.json.outline import LONGEST_ROW, Damaged
from collect.exports.json.rows import read_batches
from tests.collect.export_files import as_json, extended_row

CUT_OFF = "the file ends before its array does: it is cut off"
CUT_ROW = "the file ends within this row: it is cut off"
NO_ARRAY = "the file does not begin with `[`, so it is not a JSON array of rows"
WIDE = "the file is UTF-16 or UTF-32, and not UTF-8 as exports are: save it as UTF-8"
TOO_LONG = f"a row longer than {LONGEST_ROW} bytes"
MORE = "something follows the end of the array"
NO_VALUE = "not JSON: Expecting value"


def read(data: bytes, *, lines: bool = False) -> list[object]:
    """All values; fails unless the batches account for every byte of the file."""
    batches = list(read_batches(io.BytesIO(data), lines=lines))
    assert sum(batch.read_bytes for batch in batches) == len(data)
    return [value for batch in batches for value in batch.values]


@pytest.mark.parametrize(
    ("data", "values"),
    [
        (b"[]", []),
        (b' \n[{"a":1}, {"a":2}\n]\n', [{"a": 1}, {"a": 2}]),
        (b'\xef\xbb\xbf[{"a":1}]', [{"a": 1}]),
        (b'[1,"x",null,[2],{}]', [1, "x", None, [2], {}]),
        (b'[{"a":1},,{"a":2},]', [{"a": 1}, {"a": 2}]),
        (b'[{"a":1}{"a":2}]', [{"a": 1}, {"a": 2}]),
        (b'[{"a":1,"a":2}]', [{"a": 2}]),
        (b'[{"a":"\\ud800"}]', [{"a": "\ud800"}]),
        (b'[{"a":1e999},{"a":' + b"9" * 5000 + b"}]", [{"a": float("inf")}, {"a": float("inf")}]),
    ],
)
def test_a_file_that_is_sound_or_nearly_so_is_read_whole(data: bytes, values: list[object]) -> None:
    assert read(data) == values


@pytest.mark.parametrize(
    ("data", "values"),
    [
        (b"", [Damaged("the file is empty", 0)]),
        (b"{}", [Damaged(NO_ARRAY, 0)]),
        (b"42", [Damaged(NO_ARRAY, 0)]),
        (b'{"listens":[{"a":1},{"a":2}]}', [Damaged(NO_ARRAY, 0)]),
        (b'\x00{"a":1},{"a":2}]', [Damaged(NO_ARRAY, 0), {"a": 1}, {"a": 2}]),
        ('[{"a":1}]'.encode("utf-16"), [Damaged(WIDE, 0)]),
        ('[{"a":1}]'.encode("utf-16-be"), [Damaged(WIDE, 0)]),
        (b'[{"a":1},{"a":2}', [{"a": 1}, {"a": 2}, Damaged(CUT_OFF, 16)]),
        (b'[{"a":1},{"a":"2', [{"a": 1}, Damaged(CUT_ROW, 9)]),
        (b'[{"a":1},{"a":tru', [{"a": 1}, Damaged(CUT_ROW, 9)]),
        (b'[{"a":1}]\x00\x00', [{"a": 1}, Damaged(MORE, 9)]),
        (b'[{"a":1}][{"a":2}]', [{"a": 1}, Damaged(MORE, 9), {"a": 2}]),
        (b'[{"a":NaN},{"a":2}]', [Damaged("not JSON: NaN is not a number", 1), {"a": 2}]),
        (b'[{"a":"\xff"},{"a":2}]', [Damaged("not UTF-8", 1), {"a": 2}]),
        (b'[{"a":\x00},{"a":2}]', [Damaged(NO_VALUE, 1), {"a": 2}]),
        (b'[{"a":1},\x00\x00\x00{"a":2}]', [{"a": 1}, Damaged(NO_VALUE, 9), {"a": 2}]),
        (b'[{"a":x},{"a":y},{"a":3}]', [Damaged(NO_VALUE, 1), {"a": 3}]),
        (b'[{"a":"x\ny"},{"a":2}]', [Damaged("not JSON: Invalid control character at", 1), {"a": 2}]),
        (b'[{"a":1},{"a":"x,"b":"y"},{"a":2,"b":"z"}]',
         [{"a": 1}, Damaged("not JSON: Expecting ',' delimiter", 9), {"a": 2, "b": "z"}]),
        (b'[{"a":1},{"a":"x},{"a":2},{"a":3}]',
         [{"a": 1}, Damaged("not JSON: Expecting ',' delimiter", 9), {"a": 2}, {"a": 3}]),
    ],
)  # fmt: skip
def test_each_damaged_stretch_is_reported_once_with_its_reason(data: bytes, values: list[object]) -> None:
    assert read(data) == values


@pytest.mark.parametrize(
    "row",
    [
        b'{"a":x,"b":[{"c":1},{"c":2}],"d":{"e":[{"f":1}]}}',
        b'{"a":x,"b":[{"a":1},{"a":2}],"d":{"a":3}}',
        b'{"a":1,"b":[{"a":1},x,{"a":2},{"a":3}],"d":{"a":3}}',
        b'{"a":1,"b" [{"a":1},{"a":2}],"d":{"a":3}}',
        b'{"a":1,\x00\x00\x00{"a":1},"d":{"a":3}}',
        b'{"a":"\xff","b":[{"a":1},{"a":2}]}',
    ],
)
def test_no_row_is_found_inside_a_damaged_one(row: bytes) -> None:
    first, damaged, last = read(b'[{"a":0},%b,{"a":9}]' % row)
    assert (first, last) == ({"a": 0}, {"a": 9})
    assert isinstance(damaged, Damaged)
    assert damaged.at_byte == 9


def test_a_row_that_is_too_long_is_passed_over_exactly() -> None:
    inside = b",".join([b'{"a":"]}\\"\\\\"}'] * (3 * LONGEST_ROW // 12))
    long = b'{"a":[%b],"b":"%b"}' % (inside, b'{\\"a\\":1}\\\\' * LONGEST_ROW)
    assert read(b'[{"a":1},%b,{"a":2}]' % long) == [{"a": 1}, Damaged(TOO_LONG, 9), {"a": 2}]


def test_a_row_as_long_as_a_row_may_be_is_read() -> None:
    row = {"a": "x" * (LONGEST_ROW - 8)}
    rows = [{"a": 1}, row, {"a": 2}]
    assert read(json.dumps(rows, separators=(",", ":")).encode()) == rows


@pytest.mark.parametrize("indent", [None, 2])
def test_damage_in_a_long_file_costs_the_damaged_rows_only(indent: int | None) -> None:
    rows = [extended_row(number) for number in range(6_000)]
    data = bytearray(json.dumps(rows, indent=indent).encode())
    for number in (0, 1_700, 1_701, 5_999):
        start = data.index(f'part {number}"'.encode())
        data[start - 3 : start + 6] = b"\x00" * 9
    values = read(bytes(data))
    assert [value for value in values if not isinstance(value, Damaged)] == [
        row for number, row in enumerate(rows) if number not in (0, 1_700, 1_701, 5_999)
    ]


def test_a_row_that_is_nested_too_deeply_is_damaged_and_the_next_one_is_read() -> None:
    deep = b'{"a":[' * 5_000 + b"]}" * 5_000
    assert read(b'[%b,{"a":2}]' % deep) == [Damaged("nested too deeply", 1), {"a": 2}]


LINES = b'{"a":1}\n\n {"a":2} \r\n{"a":x}\n{"a":"\xff"}\n{"a":3},{"a":4}\n[1\n2]\n{"a":5}'


def test_lines_are_read_one_by_one() -> None:
    assert read(LINES, lines=True) == [
        {"a": 1},
        {"a": 2},
        Damaged(NO_VALUE, 20),
        Damaged("not UTF-8", 28),
        Damaged("not JSON: Extra data", 38),
        Damaged("not JSON: Expecting ',' delimiter", 54),
        Damaged("not JSON: Extra data", 57),
        {"a": 5},
    ]


def test_a_line_that_is_too_long_is_passed_over() -> None:
    long = b'{"a":"%b"}' % (b"x" * 3 * LONGEST_ROW)
    assert read(b'{"a":1}\n%b\n{"a":2}\n' % long, lines=True) == [
        {"a": 1},
        Damaged(f"a line longer than {LONGEST_ROW} bytes", 8),
        {"a": 2},
    ]


HOSTILE = [
    b"[", b'{"a":', b'{"a":[0,', b'{"a":x,', b'{"a":[x {"b":1},', b'{"a":"', b'{"a":"\xff"},', b'{"z":1}{"a":"\0,',
    b'{"a":[{"b":1},{"b":2},\0', b'"a":{"ts":1},{"ts":2}\0', b"\0", b"\\", b"]", b"}", b"9", b" ", b'{"', b'"',
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.timeout(240)  # fails if the time grows with the square of the size, at least in the nightly run
def test_hostile_repetition_comes_to_an_end(piece: bytes, request: pytest.FixtureRequest) -> None:
    size = 2_000_000 if request.config.getoption("nightly") else 300_000
    read(b"[" + piece * (size // len(piece)))


def test_a_row_whose_end_is_lost_does_not_take_the_following_ones_along() -> None:
    """Damage that joins two rows, so that the rest of the file looks like a list in the first."""
    data = as_json(*MANY).replace(b'{"name": "b"}], "album": {"artists": [{"name": "c"}]}}}}, {"ts', b'{"ts', 1)
    assert [value["ts"][-4:-1] for value in read(data) if isinstance(value, dict)] == [
        ":00", *(f":{second:02}" for second in range(2, 12)),
    ]  # fmt: skip
    many = [extended_row(number, **(NESTED if number > 99 else {})) for number in range(4_000)]
    data = as_json(*many).replace(b'{"name": "b"}], "album": {"artists": [{"name": "c"}]}}}}, {"ts', b'{"ts', 1)
    assert len([value for value in read(data) if isinstance(value, dict)]) >= 3_998


def in_order(some: Iterable[object], rows: Iterable[object]) -> bool:
    """Whether `some` are among `rows`, in their order."""
    remaining = iter(rows)
    return all(any(value == row for row in remaining) for value in some)


NESTED = {"insight": {"track": {"artists": [{"name": "a"}, {"name": "b"}], "album": {"artists": [{"name": "c"}]}}}}
MANY = [extended_row(number, **(NESTED if number % 3 else {})) for number in range(12)]


@given(st.data())
def test_overwritten_bytes_cost_no_other_row_and_make_none(data: Any) -> None:
    whole = bytearray(as_json(*MANY))
    starts = [whole.index(as_json(row)[1:-1]) for row in MANY]
    ends = [start + len(as_json(row)) - 2 for start, row in zip(starts, MANY, strict=True)]
    begin = data.draw(st.integers(1, len(whole) - 1))
    end = min(len(whole), begin + data.draw(st.integers(1, 400)))
    whole[begin:end] = data.draw(st.sampled_from([b"\x00", b"\xff"])) * (end - begin)
    good = [value for value in read(bytes(whole)) if not isinstance(value, Damaged)]
    untouched = [row for row, s, e in zip(MANY, starts, ends, strict=True) if e <= begin or s >= end]
    assert in_order(good, MANY)
    assert in_order(untouched, good)


@given(
    st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 30), st.binary(max_size=30)), max_size=5), st.booleans()
)
def test_any_change_of_bytes_is_survived(changes: list[tuple[int, int, bytes]], lines: bool) -> None:
    data = as_json(*MANY[:8])
    for start, length, new in changes:
        data = data[:start] + new + data[start + length :]
    read(data, lines=lines)


VALUES = st.recursive(
    st.text(max_size=5) | st.integers() | st.none(), lambda part: st.lists(part, max_size=3), max_leaves=4
)


@given(st.lists(st.dictionaries(st.text(max_size=5), VALUES, max_size=3), max_size=5))
def test_any_array_of_objects_is_read_as_it_is(rows: list[dict[str, Any]]) -> None:
    assert read(json.dumps(rows).encode()) == json.loads(json.dumps(rows), parse_int=_as_read)


def _as_read(digits: str) -> int | float:
    return int(digits) if -(2**63) <= int(digits) < 2**64 else float(digits)
