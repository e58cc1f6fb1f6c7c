"""Makes the fonts in ``templates/html/fonts`` from Latin Modern, with the characters that a page can hold.

    pip install fonttools brotli
    python -m tests.fonts FOLDER    # with latinmodern-math.otf, lmroman10-regular.otf, -italic and -bold

Latin Modern is under the GUST Font License, an instance of the LPPL: a changed font says what it was made of and has a
name of its own.
"""

import sys
from pathlib import Path

from tests.samples import ROOT

FOLDER = ROOT / "templates" / "html" / "fonts"
TEXT = "20-7E,A0-17F,218-21B,2010-2015,2018-201E,2020-2022,2026,2030,2039,203A,20AC,2122,2190-2193,2212"
MATHEMATICS = (
    "20-7E,A0,A8,AC,AF,B1,B4,B7,C4,D6,D7,DC,DF,E4,F6,FC,131,237,2C6-2DD,300-304,307,308,30C,20D7,391-3C9,3D1,3D5,3F1,3F5,"
    "2016,2020,2026,2032-2034,2044,210E,2113,211D,2190-2193,2202,2207,2208,2211,2212,2218,221A,221E,2223,2225,2248,2260,2264,"
    "2265,2295,2297,2299,22A4,22C5,22EE-22F1,230A,230B,27E8,27E9,1D400-1D467,1D6A4,1D6A5,1D6A8-1D6C0,"
    "1D6E2-1D71B,1D71D-1D755,1D7CE-1D7D7"
)
FONTS = (
    ("math", "latinmodern-math.otf", "Derive Math", MATHEMATICS, ["ssty"]),
    ("text", "lmroman10-regular.otf", "Derive Text", TEXT, ["kern", "liga"]),
    ("text-italic", "lmroman10-italic.otf", "Derive Text Italic", "20-7E,A0-FF", ["kern"]),
    ("text-bold", "lmroman10-bold.otf", "Derive Text Bold", TEXT, ["kern", "liga"]),
)


def renew(folder: Path) -> None:
    """Write the fonts as WOFF2."""
    from fontTools import subset

    for name, source, family, characters, features in FONTS:
        options = subset.Options(
            flavor="woff2", layout_features=features, hinting=False, desubroutinize=True, drop_tables=["FFTM"]
        )
        font = subset.load_font(str(folder / source), options)
        if name == "math":  # the prime as a superscript needs it: not every browser asks the font for that form
            for table in font["cmap"].tables:
                if 0x2032 in table.cmap:
                    table.cmap[0x2032] = "minute.st"
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=subset.parse_unicodes(characters))
        subsetter.subset(font)
        for record in font["name"].names:
            if record.nameID in (1, 3, 4, 6, 16):
                record.string = family.replace(" ", "") if record.nameID == 6 else family
        subset.save_font(font, str(FOLDER / f"{name}.woff2"), options)


if __name__ == "__main__":
    renew(Path(sys.argv[1]))
