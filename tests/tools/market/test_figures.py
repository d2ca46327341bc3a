"""Market figures as CSV: the publishers' forms are read, everything else is refused with its place."""

from __future__ import annotations

from datetime import date

import pytest

from campaign.errors import Unreadable
from tools.market.figures import kept_figures, read_figures, write_figures

TODAY = date(2026, 11, 25)


def read(text, **more):
    return read_figures(text, "f.csv", until=TODAY, **more)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("observation_date,MORTGAGE30US\n2026-11-19,6.35\n", [("rate_30y", 6.35)]),
        ("DATE,MORTGAGE15US\n2026-11-19,5.65\n", [("rate_15y", 5.65)]),
        ("DATE,DGS10\n2026-11-23,.\n2026-11-24,4.12\n", [("treasury_10y", 4.12)]),
        ("observation_date,OBMMIC30YF\n2026-11-24,6.301\n", [("daily", 6.301)]),
        ("date,pmms30,pmms30p,pmms15\n11/19/2026,6.35,0.7,5.65\n", [("rate_15y", 5.65), ("rate_30y", 6.35)]),
        ('Date,"1 Mo","10 Yr"\n11/24/2026,4.0,4.12\n', [("treasury_10y", 4.12)]),
        ("\ufeffweek,rate_30y,rate_15y\r\n2026-11-19,6.35,\r\n", [("rate_30y", 6.35)]),
        ("day,treasury_10y,daily\n2026-11-24,-0.1,6\n", [("daily", 6.0), ("treasury_10y", -0.1)]),
    ],
)
def test_each_form_is_read(text, found):
    assert [(one.series, one.percent) for one in read(text).figures] == found


def test_columns_that_are_none_of_ours_are_named_and_the_publisher_is_the_source():
    both = read("date,pmms30,pmms51\n11/19/2026,6.35,6.1\n")
    assert both.unread == ("pmms51",)
    assert both.figures[0].source == "Freddie Mac PMMS, f.csv"
    assert both.figures[0].day == date(2026, 11, 19)


def test_a_single_column_of_another_name_is_what_it_is_said_to_be():
    text = "date,Our lock desk\n2026-11-24,6.3\n"
    (found,) = read(text, series="daily").figures
    assert (found.series, found.source) == ("daily", "Our lock desk, f.csv")
    with pytest.raises(Unreadable, match="no column is a series of ours"):
        read(text)
    with pytest.raises(Unreadable, match="no column is a series of ours"):
        read("date,a,b\n2026-11-24,6.3,6\n", series="daily")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "f.csv:1: the first column is ``, not the day"),
        ("<!DOCTYPE html><html></html>", "is a web page, not CSV"),
        ("  \n<html>", "is a web page, not CSV"),
        ("rate_30y,day\n6,2026-11-24\n", "the first column is `rate_30y`"),
        ("day,rate_30y\n", "holds no figures"),
        ("day,rate_30y\n2026-11-19,.\n", "holds no figures"),
        ("day,rate_30y,MORTGAGE30US\n2026-11-19,6,6\n", "two columns are `rate_30y`"),
        ("day,rate_30y\n2026-11-19,6.35,7\n", "f.csv:2: has 3 cells, the header 2"),
        ("day,rate_30y\n2026-11-1", "f.csv:2: has 1 cells, the header 2"),
        ("day,rate_30y\n19.11.2026,6.35\n", "f.csv:2: day: `19.11.2026` is no day"),
        ("day,rate_30y\n2026-11-26,6.35\n", "2026-11-26 has not come yet, today is 2026-11-25"),
        ("day,rate_30y\n2026-11-19,six\n", "f.csv:2: rate_30y: `six` is no number"),
        ("day,rate_30y\n2026-11-19,0.0635\n", "is outside 1 to 24.99 percent"),
        ("day,rate_30y\n2026-11-19,635\n", "is outside"),
        ("day,rate_30y\n2026-11-19,nan\n", "is outside"),
        ("day,rate_30y\n2026-11-19,inf\n", "is outside"),
        ("day,rate_30y\n2026-11-19,6.35\n2026-11-19,6.36\n", "f.csv:3: 2026-11-19 stands twice"),
        ("day,rate_30y\n2026-11-18,6.35\n2026-11-19,6.36\n", "2026-11-18 and 2026-11-19 lie within one week"),
        ('day,rate_30y\n"2026-11-19,6.35\n', "is no CSV"),
        ("\x00\x01\x02", "the first column is"),
    ],
)
def test_what_is_no_such_file_is_refused_with_its_place(text, words):
    with pytest.raises(Unreadable) as refused:
        read(text)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_figure_that_stands_twice_alike_stands_once():
    assert len(read("day,rate_30y\n2026-11-19,6.35\n2026-11-19,6.350\n").figures) == 1


def test_what_is_kept_is_read_back():
    figures = read("date,pmms30,pmms15\n11/19/2026,6.35,5.65\n11/12/2026,6.3,5.6\n").figures
    assert tuple(kept_figures(write_figures(figures))) == figures
