"""The pages about genres, years, sound and origins."""

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.known_music import know_genres, know_origin, know_sound, know_year
from tests.web.reading import BROWSER, content, links, page, read, words
from tests.web.visitors.visiting import shared, signed_in

PROGRESS = {"plays": 40, "with_genre": 30, "with_year": 0, "with_origin": 0, "with_sound": 0}


@pytest.fixture
def alice(client: TestClient) -> int:
    return seed.account("alice", visibility="public")


def heard(alice: int, *, with_genres: bool = True) -> tuple[int, int]:
    """Insert thirty plays of Paper Boats (dream pop and shoegaze) and ten of a song without genres; returns both."""
    boats, glass = seed.known_track(), seed.track(uri="spotify:track:" + "x" * 22, name="Glass", artist_name="Rooms")
    seed.plays(alice, boats, [f"2026-03-{day:02} 10:00Z" for day in range(1, 31)])
    seed.plays(alice, glass, [f"2026-04-{day:02} 20:00Z" for day in range(1, 11)])
    if with_genres:
        know_genres(boats, {"dream pop": 0.75, "shoegaze": 0.25})
    return boats, glass


def test_the_ranking_has_its_leader_and_the_share_of_known_plays(client: TestClient, alice: int) -> None:
    heard(alice)
    text = read(client, "/top-genres/alice?period=2026")
    assert "Most of all dream pop: 75.0% of the plays with known genres." in text
    assert "Known for 75% of plays." in text
    assert "Genres from ListenBrainz." in text
    assert "1 dream pop 75.0%" in text
    assert "/genre/dream%20pop/alice" in links(content(page(client, "/top-genres/alice")))
    by_time = read(client, "/top-genres/alice?period=2026&by=time")
    assert "75.0% of the listening time with known genres." in by_time
    assert "Known for 75% of listening time." in by_time


def test_a_page_without_known_genres_says_how_to_get_them(client: TestClient, alice: int) -> None:
    heard(alice, with_genres=False)
    for question in ("top-genres", "genre-activity"):
        text = read(client, f"/{question}/alice")
        assert "No genres are known yet." in text
        assert "Insight looks up genres at MusicBrainz, ListenBrainz and Last.fm" in text
    assert "No years are known yet." in read(client, "/decades/alice")
    assert "No countries are known yet." in read(client, "/origins/alice")
    assert "ReccoBeats measures how songs sound" in read(client, "/profile/alice")
    new = read(client, "/new-genres/alice")
    assert "No genres are known so far." in new
    assert "A genre counts as new" not in new


NAMES = "Insight does not look up music that only your exports name, unless you allow it."


def page_of_the_listener(client: TestClient, alice: int, address: str) -> str:
    return client.get(address, headers={**BROWSER, "Cookie": f"session={signed_in(alice)['session']}"}).text


def test_listeners_see_where_to_allow_lookups_of_names_from_exports(client: TestClient, alice: int) -> None:
    heard(alice, with_genres=False)
    for question in ("top-genres", "genre-activity", "decades", "origins"):
        html = page_of_the_listener(client, alice, f"/{question}/alice")
        assert NAMES in words(html)
        assert "/account/genres#names" in links(content(html))
    seed.insert("name_lookup_choice", account_id=alice, chosen_at="2026-11-01 09:00Z")
    assert NAMES not in page_of_the_listener(client, alice, "/top-genres/alice")


def test_other_visitors_do_not_see_that_names_are_withheld(client: TestClient, alice: int) -> None:
    heard(alice, with_genres=False)
    assert NAMES not in read(client, "/top-genres/alice")


def test_a_ranking_with_few_known_plays_says_where_to_allow_lookups(client: TestClient, alice: int) -> None:
    _, glass = heard(alice)
    text = words(page_of_the_listener(client, alice, "/top-genres/alice"))
    assert f"Known for 75% of plays. {NAMES} Names from your exports" in text
    know_genres(glass, {"ambient": 1.0})
    assert NAMES not in page_of_the_listener(client, alice, "/top-genres/alice?limit=10")


def test_the_progress_of_genres_is_not_shown_on_the_page_of_sound(client: TestClient, alice: int) -> None:
    heard(alice, with_genres=False)
    seed.insert(
        "enrichment_progress", account_id=alice, measured_at="2026-11-20 09:00Z", **PROGRESS, expected=0.95, minutes=12
    )
    assert "Lookups need" in read(client, "/decades/alice")
    assert "Lookups need" not in read(client, "/profile/alice")


def test_a_period_without_plays_says_so(client: TestClient, alice: int) -> None:
    heard(alice)
    for question in ("top-genres", "genre-activity", "decades", "origins", "profile"):
        assert "Nothing was played in 2025." in read(client, f"/{question}/alice?period=2025")


def test_progress_is_shown_while_lookups_go_on(client: TestClient, alice: int) -> None:
    heard(alice)
    seed.insert(
        "enrichment_progress", account_id=alice, measured_at="2026-11-20 09:00Z", **PROGRESS, expected=0.95, minutes=12
    )
    expected = "75% of all plays have a genre. Lookups need about 12 more minutes to reach 95%."
    assert expected in read(client, "/top-genres/alice")
    secret = shared(alice, period="2026")
    assert "Lookups need" not in read(client, f"/top-genres/alice?share={secret}")
    seed.change("UPDATE enrichment_progress SET minutes = 300")
    assert "Lookups need about 5 more hours to reach 95%." in read(client, "/top-genres/alice?limit=10")
    seed.change("UPDATE enrichment_progress SET expected = NULL, minutes = NULL")
    assert "Lookups need" not in read(client, "/top-genres/alice?limit=11")


def test_the_page_of_a_genre_has_its_artists_and_songs(client: TestClient, alice: int) -> None:
    heard(alice)
    html = page(client, "/genre/dream%20pop/alice?period=2026")
    text = words(html)
    assert "Genre dream pop 30 plays in 2026: the no. 1 genre. First on 1 Mar 2026, last on 30 Mar 2026." in text
    assert "Share 75.0% counts as 22 plays, because each is split among the genres of its song" in text
    assert "1 L The Lanterns 30 plays" in text
    assert "1 Paper Boats" in text
    assert "/history/alice?period=2026&amp;genre=dream+pop" in links(content(html))


def test_genres_by_month_and_hour_are_tables(client: TestClient, alice: int) -> None:
    heard(alice)
    text = read(client, "/genre-activity/alice?period=2026")
    assert "The most of any genre: dream pop in March 2026." in text
    assert "March 2026 dream pop 22 shoegaze 7" in text
    assert "Most at 11:00: dream pop." in text


def test_decades_link_to_their_songs(client: TestClient, alice: int) -> None:
    boats, glass = heard(alice)
    know_year(boats, 1991)
    know_year(glass, 2004, "spotify")
    html = page(client, "/decades/alice?period=2026")
    assert "Most from the 1990s: 75% of plays." in words(html)
    assert "For 25% of that, the year is from Spotify\u2019s album" in words(html)
    href = "/top-tracks/alice?period=2026&amp;decade=1990"
    assert href in links(content(html))
    songs = page(client, href.replace("&amp;", "&"))
    assert "Paper Boats" in content(songs)
    assert "Glass" not in content(songs)
    assert "Remove 1990s" in words(songs)
    assert "/top-tracks/alice?period=2026" in links(content(songs))


def test_origins_name_countries_with_their_artists(client: TestClient, alice: int) -> None:
    heard(alice)
    lanterns = client.get("/top-artists/alice").json()["artists"][0]["id"]
    know_origin(lanterns, "GB", "Leeds")
    html = page(client, "/origins/alice?period=2026")
    assert "United Kingdom comes first: its artists have 100% of plays." in words(html)
    assert "United Kingdom 1 artist, 30 plays The Lanterns 100.0%" in words(html)
    assert f"/artist/{lanterns}/alice" in links(content(html))


def test_the_sound_is_shown_value_by_value(client: TestClient, alice: int) -> None:
    boats, _ = heard(alice)
    seed.plays(alice, boats, ["2025-05-01 10:00Z"])
    know_sound(boats, (0.9, 0.5, 0.7, 0.1, 121))
    text = read(client, "/profile/alice?period=2026")
    assert "as measured by ReccoBeats" in text
    assert "Energy 90%" in text
    assert "Tempo 121" in text
    assert "at this point last year: 90%" in text
    assert "Beats per minute" in read(client, "/profile/alice?value=tempo")
    assert "09:00 \u2013 10:00 \u2013 11:00 90 12:00 \u2013 13:00 \u2013" in read(client, "/profile/alice?period=2026")
    assert client.get("/profile/alice?value=mood", headers=BROWSER).status_code == 400


def test_new_genres_have_the_day_and_the_song_of_their_first_play(client: TestClient, alice: int) -> None:
    heard(alice)
    text = read(client, "/new-genres/alice?period=2026")
    assert "2 genres for the first time in 2026." in text
    assert "A play counts in full for each genre of its song." in text
    assert "dream pop First on 1 Mar 2026, with “Paper Boats”. 30 plays" in text
    assert "No genre was new on Sunday, 15 March 2026." in read(client, "/new-genres/alice?period=2026-03-15")


def test_home_recap_and_items_show_genres(client: TestClient, alice: int) -> None:
    boats, _ = heard(alice)
    know_year(boats, 1991)
    assert "Genres Known for 75% of plays. 1 dream pop" in read(client, "/totals/alice?period=2026")
    recap = read(client, "/recap/alice?period=2026")
    assert "Genres Known for 75% of plays. 1 dream pop 75.0%" in recap
    assert "All genres" in recap
    song = page(client, f"/track/{boats}/alice")
    assert "Song by The Lanterns, A Guest, on Harbour · 1991" in words(song)
    assert "/genre/shoegaze/alice" in links(content(song))


def test_two_listeners_see_the_genres_that_both_play(client: TestClient, alice: int) -> None:
    boats, _ = heard(alice)
    bob = seed.account("bob", visibility="public")
    seed.plays(bob, boats, [f"2026-05-{day:02} 10:00Z" for day in range(1, 5)])
    html = page(client, "/compare/alice/bob")
    assert "Genres that both play" in words(html)
    assert "dream pop alice: 75.0% bob: 75.0%" in words(html)
    secret = shared(alice, "compare")
    assert "Genres that both play" not in client.get(f"/compare/alice/bob?share={secret}", headers=BROWSER).text


def test_a_link_for_one_question_has_no_links_to_genres(client: TestClient, alice: int) -> None:
    boats, _ = heard(alice)
    secret = shared(alice, "track")
    html = client.get(f"/track/{boats}/alice?share={secret}", headers=BROWSER).text
    assert "dream pop" in words(html)
    assert "/genre/" not in content(html)
    client.cookies = signed_in(alice)
    assert "/genre/dream%20pop/alice" in content(page(client, f"/track/{boats}/alice"))


def test_the_history_of_a_genre_counts_only_its_plays(client: TestClient, alice: int) -> None:
    heard(alice)
    html = page(client, "/history/alice?genre=shoegaze&decade=1990s")
    assert "Nothing that matches shoegaze and 1990s was played so far." in words(html)
    html = page(client, "/history/alice?genre=shoegaze")
    assert "30 plays of 1 song in all." in words(html)
    assert words(html).count("Remove shoegaze") == 1
    assert "/history/alice" in links(content(html))


def test_an_hour_with_few_plays_is_no_peak(client: TestClient, alice: int) -> None:
    boats, glass = heard(alice)
    know_sound(boats, (0.3, 0.5, 0.7, 0.1, 121))
    seed.plays(alice, boats, [f"2026-05-{day:02} 10:00Z" for day in range(1, 21)])
    know_sound(glass, (0.9, 0.5, 0.7, 0.1, 121))
    seed.plays(alice, glass, ["2026-01-01 23:00Z"])
    text = read(client, "/profile/alice?period=2026")
    assert "00:00 \u2013 01:00" in text
    assert "12:00 30 13:00" in text
    assert "All days together. Hours with fewer than 20 plays have no bar." in text
    assert "Years with fewer" not in text
