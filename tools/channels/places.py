"""States by the names that ad platforms know them by; the only places an ad of ours can be aimed at."""

from __future__ import annotations

from campaign.errors import BadInput

_NAMES = (
    "AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|"
    "DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|"
    "KS Kansas|KY Kentucky|LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|"
    "MS Mississippi|MO Missouri|MT Montana|NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|"
    "NM New Mexico|NY New York|NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|"
    "PA Pennsylvania|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|"
    "VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming"
)
STATE_NAMES: dict[str, str] = {row[:2]: row[3:] for row in _NAMES.split("|")}


def location(state: str) -> str:
    """A state as Google Ads Editor writes it, for example `Ohio, United States`.

    Raises:
        BadInput: it is no postal code of a state; a ZIP code never becomes a location.
    """
    if state not in STATE_NAMES:
        raise BadInput(
            f"`{state}` is no postal code of a US state.", "Aim ads at whole states, such as `OH`."
        )
    return f"{STATE_NAMES[state]}, United States"
