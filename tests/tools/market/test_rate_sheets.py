from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.errors import Unreadable
from campaign.rates import RateSheet
from policies.apr import apr_of_level_loan
from tools.market.rate_sheets import example_amount, read_rate_sheet, write_rate_sheet

ZONE = ZoneInfo("America/Boise")
HEADER = (
    "product,term_months,rate,points,fees_usd,lock_days,min_fico,max_ltv,min_amount,max_amount,states,"
    "effective_at,expires_at"
)
ROW = "conventional,360,6.125,0.5,1895,45,700,80,75000,832750,CA;NY,2026-02-26,2026-03-04"


def read(*rows: str, header: str = HEADER) -> RateSheet:
    return read_rate_sheet("\n".join([header, *rows]) + "\n", "today.csv", zone=ZONE)


def with_cell(name: str, value: str, row: str = ROW) -> str:
    cells = row.split(",")
    cells[HEADER.split(",").index(name)] = value
    return ",".join(cells)


def test_a_row_becomes_an_offer_with_the_apr_of_its_terms() -> None:
    (offer,) = read(ROW).offers
    assert (offer.product, offer.term_months, offer.rate, offer.points) == ("conventional", 360, 6.125, 0.5)
    assert offer.states == ("CA", "NY")
    assert offer.example_amount_usd == 400_000
    assert offer.apr == round(apr_of_level_loan(400_000, 6.125, 360, 2_000 + 1_895), 3)
    assert offer.apr > offer.rate


def test_a_bare_date_opens_with_its_day_and_closes_after_its_day() -> None:
    (offer,) = read(ROW).offers
    assert offer.effective_at == datetime(2026, 2, 26, 7, tzinfo=UTC)
    assert offer.expires_at == datetime(2026, 3, 5, 7, tzinfo=UTC)
    assert offer.holds(datetime(2026, 3, 5, 6, 59, 59, tzinfo=UTC))
    assert not offer.holds(datetime(2026, 3, 5, 7, tzinfo=UTC))


def test_times_are_read_with_their_offset_or_in_the_lenders_zone() -> None:
    row = with_cell("effective_at", "2026-02-26T09:00", with_cell("expires_at", "2026-02-27T09:00-05:00"))
    (offer,) = read(row).offers
    assert offer.effective_at == datetime(2026, 2, 26, 16, tzinfo=UTC)
    assert offer.expires_at == datetime(2026, 2, 27, 14, tzinfo=UTC)


def test_empty_limits_are_no_limits() -> None:
    row = ROW
    for name in ("min_fico", "max_ltv", "min_amount", "max_amount", "states"):
        row = with_cell(name, "", row)
    (offer,) = read(row).offers
    assert (offer.min_fico, offer.max_ltv, offer.min_amount, offer.max_amount) == (None,) * 4
    assert offer.states == ()


@pytest.mark.parametrize(
    "value", ["NA", "0", "65", "-1", "six", "nan", "inf", "Exempt", "6,125", "0.06125", ""]
)
def test_an_impossible_rate_is_refused_with_its_place(value: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(with_cell("rate", f'"{value}"'))
    assert str(refused.value).startswith("today.csv:2: rate: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("product", "balloon"),
        ("product", ""),
        ("term_months", "360.5"),
        ("term_months", "30"),
        ("points", "NA"),
        ("points", "11"),
        ("fees_usd", "$1,895"),
        ("fees_usd", "-5"),
        ("fees_usd", "99000"),
        ("lock_days", "six"),
        ("min_fico", "NA"),
        ("min_fico", "7000"),
        ("max_ltv", "0.8"),
        ("max_amount", "50000"),
        ("states", "CA;ZZ"),
        ("effective_at", "26.02.2026"),
        ("expires_at", "2026-02-20"),
        ("expires_at", ""),
        ("expires_at", "9999-12-31"),
    ],
)
def test_a_cell_that_cannot_stand_is_refused_with_its_line_and_column(name: str, value: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(ROW, with_cell("points", "0"), with_cell(name, f'"{value}"', with_cell("points", "1")))
    assert refused.value.place == f"today.csv:4: {name}"


def test_lines_are_counted_over_blank_ones() -> None:
    with pytest.raises(Unreadable) as refused:
        read(ROW, "", with_cell("rate", "NA"))
    assert refused.value.place == "today.csv:4: rate"


def test_the_same_offer_twice_is_refused_whatever_its_price() -> None:
    with pytest.raises(Unreadable, match=r"today\.csv:3: the same offer stands in line 2"):
        read(ROW, with_cell("rate", "6.25"))


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (HEADER.replace("rate,", "rate %,"), "`rate %` is no column"),
        (HEADER.replace("points", "rate"), "the column `rate` stands twice"),
        (HEADER.replace("lock_days,", ""), "the column `lock_days` is missing"),
        ("", "the column `product` is missing"),
    ],
)
def test_a_header_that_is_none_is_refused(header: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read(ROW, header=header)


@pytest.mark.parametrize("row", [ROW + ",x", ROW.rsplit(",", 1)[0]])
def test_a_row_of_another_length_is_refused(row: str) -> None:
    with pytest.raises(Unreadable, match="cells, the header 13"):
        read(row)


def test_a_sheet_without_offers_is_refused() -> None:
    with pytest.raises(Unreadable, match="holds no offers"):
        read()


def test_an_unclosed_quote_is_refused() -> None:
    with pytest.raises(Unreadable, match="is no CSV"):
        read('"conventional,360')


def test_a_typed_apr_near_the_computed_one_gives_way_to_it() -> None:
    (offer,) = read(ROW + ",6.30", header=HEADER + ",apr").offers
    assert offer.apr == read(ROW).offers[0].apr


def test_a_typed_apr_of_other_terms_is_refused_with_both_numbers() -> None:
    computed = read(ROW).offers[0].apr
    with pytest.raises(Unreadable, match=rf"apr: 6\.400 % .* {computed:.3f} %"):
        read(ROW + ",6.4", header=HEADER + ",apr")


def test_yearly_insurance_raises_the_apr() -> None:
    row = with_cell("product", "fha")
    plain = read(row).offers[0].apr
    insured = read(row + ",0.55", header=HEADER + ",mi_annual_percent").offers[0].apr
    assert 0.5 < insured - plain < 0.8


@pytest.mark.parametrize(
    ("low", "high", "amount"),
    [(None, None, 400_000), (75_000, 832_750, 400_000), (832_751, None, 832_751), (None, 300_000, 300_000)],
)
def test_the_example_amount_lies_within_the_limits(low: float, high: float, amount: float) -> None:
    assert example_amount(low, high) == amount


rows = st.builds(
    lambda product, term, rate, points, fees, lock, fico, states: ",".join(
        [
            product,
            str(term),
            str(rate),
            str(points),
            str(fees),
            str(lock),
            fico,
            "",
            "",
            "",
            states,
            "2026-02-26",
            "2026-03-04",
        ]
    ),
    st.sampled_from(["conventional", "jumbo", "fha", "va", "usda"]),
    st.sampled_from([180, 240, 360]),
    st.integers(16, 96).map(lambda eighths: eighths / 8),
    st.sampled_from([-0.5, 0, 0.125, 1]),
    st.floats(0, 20_000).map(lambda dollars: round(dollars, 2)),
    st.integers(0, 120),
    st.sampled_from(["", "620", "740"]),
    st.sampled_from(["", "CA", "NY;CA"]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(rows, min_size=1, max_size=4, unique_by=lambda row: (row.split(",")[0], row.split(",")[1])))
def test_a_written_sheet_reads_back_the_same(lines: list[str]) -> None:
    sheet = read(*lines)
    assert read_rate_sheet(write_rate_sheet(sheet), "kept.csv", zone=ZONE) == sheet
    for offer in sheet.offers:
        charges = offer.example_amount_usd * offer.points / 100 + offer.fees_usd
        if charges >= 0:
            assert offer.apr >= offer.rate
        if charges <= 0:
            assert offer.apr <= offer.rate
        if (
            abs(charges) > offer.example_amount_usd / 10_000
        ):  # less than this, an APR of three decimals may hide
            assert offer.apr != offer.rate


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_sheet_or_one_clear_refusal(text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_rate_sheet(text, "today.csv", zone=ZONE)
    assert refused.value.place.startswith("today.csv")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(HEADER.split(",")), st.text(max_size=20))
def test_any_cell_is_read_or_refused_with_its_place(name: str, value: str) -> None:
    cell = '"' + value.replace('"', '""') + '"'
    cells = ROW.split(",")
    cells[HEADER.split(",").index(name)] = cell
    try:
        read(",".join(cells))
    except Unreadable as refused:
        place = refused.place
    else:
        return
    assert place.startswith("today.csv:")
