"""Devices: every text that was seen in exports has its group, and groups hold the plays counted by hand."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.parameters import By
from insights.plays.device_groups import DEVICES, device_of
from insights.plays.platforms import shown_platform
from insights.plays.scope import Scope
from insights.questions.devices import DeviceGroup, Devices, devices
from tests.insights.grouping import by_hand, set_texts
from tests.insights.listening import Life, lives, measures, periods
from tests.suite.random_cases import costly

SEEN: dict[str | None, str] = {
    None: "unknown",
    "not_applicable": "unknown",
    "Android OS 11 API 30 (samsung, SM-G973F)": "android",
    "Android-tablet OS 7.0 API 24 (samsung, SM-T580)": "android",
    "android": "android",
    "iOS 14.4 (iPhone12,1)": "ios",
    "iOS 9.3.5 (iPad2,5)": "ios",
    "ios": "ios",
    "Windows 10 (10.0.19042; x64; AppX)": "windows",
    "windows": "windows",
    "OS X 12.0.1 [arm 2]": "macos",
    "osx": "macos",
    "macos": "macos",
    "Linux [x86-64 0]": "linux",
    "linux": "linux",
    "WebPlayer (websocket RFC6455)": "web_player",
    "web_player windows 10;chrome 87.0;desktop": "web_player",
    "web_player": "web_player",
    "Partner spotify web_player;Chrome": "web_player",
    "Partner google cast;Chromecast;;": "speakers",
    "Partner google cast_voice;Google_Home;;": "speakers",
    "Partner sonos_ppc Sonos;ZP90;;": "speakers",
    "Partner amazon_salmon Amazon;Echo_Dot;;;tpapi": "speakers",
    "cast": "speakers",
    "sonos": "speakers",
    "Partner android_tv Sony;BRAVIA_4K_GB;;": "tv",
    "Partner google cast_tv;Chromecast_HD_Smart_TV;;": "tv",
    "Partner samsung_tv Samsung;2019;;": "tv",
    "Partner webos_tv LGE;2019;;": "tv",
    "Android OS 9 API 28 (Sony, BRAVIA 4K GB)": "tv",
    "Partner spotify car_thing;;": "car",
    "Partner spotify web_player windows 10;chrome 89.0.4389.90;desktop": "web_player",
    "Partner webos_tv LGE;55UK6300;": "tv",
    "Partner tesla Tesla;Model_3;;": "car",
    "Partner ps4 Sony;PS4;;": "console",
    "Partner ps5 Sony;PS5;;": "console",
    "xbox": "console",
    "Partner garmin Garmin;fenix_6;;": "other",
    "Android OS 10 API 29 (Vestel, Scarlet)": "android",  # not a car
    "iOS 13.3 (Echoes4,1)": "ios",  # not a speaker
}


@pytest.mark.parametrize("platform", SEEN)
def test_every_text_that_was_seen_has_its_group(platform: str | None) -> None:
    assert device_of(platform) == SEEN[platform]


IDS = {
    "Partner amazon_salmon Amazon;Echo_Dot;8a1b2c3d4e5f6a7b;;tpapi": "Partner amazon_salmon Amazon;Echo_Dot;;;tpapi",
    "Partner amazon_salmon Amazon;Echo_Dot;G090LF1064530ABC;;tpapi": "Partner amazon_salmon Amazon;Echo_Dot;;;tpapi",
    "Partner webos_tv LGE;55UK6300;kitchen;;": "Partner webos_tv LGE;55UK6300;;;",
    "Partner frontier_jupiter Yamaha;RX-V685;x;00:a0:de:12:34:56": "Partner frontier_jupiter Yamaha;RX-V685;;",
    "Partner sonos_ppc Sonos;550e8400-e29b-41d4-a716-446655440000;;": "Partner sonos_ppc Sonos;;;",
    "Partner google cast;a.b+c@example.org;;": "Partner google cast;;;",
    "Partner libspotify 192.168.178.21": "Partner libspotify",
    "Android OS 11 API 30 (samsung, RF8M123ABCD)": "Android OS 11 API 30 (samsung, )",
    "Linux 00A0DE123456": "Linux",
    "iOS 14.4 (iPhone12,1; 0x1f2e3d4c)": "iOS 14.4 (iPhone12,1; )",
    "{550e8400-e29b-41d4-a716-446655440000}": None,
}


@pytest.mark.parametrize("text", IDS)
def test_identifiers_of_a_single_device_are_not_shown(text: str) -> None:
    assert shown_platform(text) == IDS[text]


@pytest.mark.parametrize("text", SEEN)
def test_names_of_a_kind_of_device_are_shown_as_they_are(text: str | None) -> None:
    assert shown_platform(text) == text


def test_the_examples_cover_every_group() -> None:
    assert set(SEEN.values()) == set(DEVICES)


def devices_by_hand(
    life: Life, scope: Scope, texts: Sequence[str | None], group_of: Mapping[str | None, str], by: By
) -> Devices:
    return Devices(by, tuple(DeviceGroup(*group) for group in by_hand(life, scope, texts, group_of, by)))


@pytest.mark.usefixtures("database_url")
@costly()
@given(life=lives(), by=measures, data=st.data())
def test_devices_are_those_counted_by_hand(life: Life, by: By, data: st.DataObject) -> None:
    some = st.sampled_from(data.draw(st.lists(st.sampled_from(list(SEEN)), min_size=1, max_size=30)))
    texts = [data.draw(some) for _ in life.history]
    set_texts(life, "platform", texts)
    scope = life.scope(data.draw(periods(life.zones)), data.draw(st.sampled_from([0, 30, 100])))
    with connected():
        answer = devices(scope, by)
    assert answer == devices_by_hand(life, scope, texts, SEEN, by)


@pytest.mark.usefixtures("database_url")
@costly()
@given(life=lives(), songs=st.sets(st.integers(0, 5)), data=st.data())
def test_only_the_tracks_asked_for_count(life: Life, songs: set[int], data: st.DataObject) -> None:
    texts = [data.draw(st.sampled_from(["ios", "sonos", None])) for _ in life.history]
    set_texts(life, "platform", texts)
    tracks = tuple(life.track_ids[song] for song in songs)
    scope = life.scope(data.draw(periods(life.zones)), track_ids=tracks)
    with connected():
        answer = devices(scope, "plays")
    assert answer == devices_by_hand(life, scope, texts, SEEN, "plays")


@pytest.mark.usefixtures("database_url")
@costly()
@given(life=lives(), data=st.data())
def test_a_group_lists_its_ten_most_frequent_texts(life: Life, data: st.DataObject) -> None:
    texts = [f"Android OS {data.draw(st.integers(10, 30))}" for _ in life.history]
    set_texts(life, "platform", texts)
    scope = life.scope(data.draw(periods(life.zones, ["all"])), 0)
    with connected():
        answer = devices(scope, "plays")
    assert answer == devices_by_hand(life, scope, texts, dict.fromkeys(texts, "android"), "plays")
