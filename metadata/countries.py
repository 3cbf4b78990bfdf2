"""ISO codes of countries by the names that MusicBrainz gives them as areas, for artists whose area is a country."""

# The countries of most artists; MusicBrainz itself is asked about other areas.
NAMES = """
AR Argentina|AT Austria|AU Australia|BE Belgium|BG Bulgaria|BR Brazil|BY Belarus|CA Canada|CH Switzerland|CL Chile
CN China|CO Colombia|CU Cuba|CZ Czechia|DE Germany|DK Denmark|DZ Algeria|EE Estonia|EG Egypt|ES Spain|FI Finland
FR France|GB United Kingdom|GH Ghana|GR Greece|HK Hong Kong|HR Croatia|HU Hungary|ID Indonesia|IE Ireland|IL Israel
IN India|IR Iran|IS Iceland|IT Italy|JM Jamaica|JP Japan|KE Kenya|KR South Korea|LT Lithuania|LU Luxembourg|LV Latvia
MA Morocco|ML Mali|MX Mexico|MY Malaysia|NG Nigeria|NL Netherlands|NO Norway|NZ New Zealand|PE Peru|PH Philippines
PL Poland|PR Puerto Rico|PT Portugal|RO Romania|RS Serbia|RU Russia|SE Sweden|SG Singapore|SI Slovenia|SK Slovakia
SN Senegal|TH Thailand|TR Türkiye|TW Taiwan|UA Ukraine|US United States|UY Uruguay|VE Venezuela|VN Vietnam
ZA South Africa
"""
CODES = {name: code for code, name in (each.split(" ", 1) for each in NAMES.strip().replace("\n", "|").split("|"))}


def country_code(area: str | None) -> str | None:
    """None if the area is not a country of this table."""
    return CODES.get(area or "")
