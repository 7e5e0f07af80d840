"""What an address says, whoever wrote it how: plain Python."""

import re
import unicodedata

# A parcel service cannot hand over anything at a PO box. A locker or a counter for
# parcels (Packstation, pickup point) is none: parcels are what it is for.
PICKUP_POINT = "pickup_point"

# The number that follows: “12”, “No. 12”, “N° 12”, “#12”, “A 12”, one letter; or no
# more at all. A word that follows makes it something else: “Pobox Road”.
NUMBER = (
    r"(?=\W*(?:(?:no|nr|nro|num|number|numero|n)\b\W*)?"
    r"(?:[a-z]{0,2}[ -]?\d|[a-z]\b|$|,))"
)

# What a PO box is called, in lower case and without accents.
WORDS = [
    rf"\bg?\.?p\.? ?[o0]\.?[ -]?b(?:ox|x)\b\.?{NUMBER}",  # PO Box, P.O.Box, GPO Box
    rf"\bp\.? ?o\.? ?b\.?{NUMBER}(?=\W*\d)",  # POB 12, P.O.B. 12
    r"\bp(?:ost)?\.? ?o(?:ffice)?\.? (?:drawer|lockbox)\b",
    rf"\b(?:post office|postal|mail) box\b{NUMBER}",
    rf"\b(?:locked|private) bag\b{NUMBER}",  # Australia, New Zealand, South Africa
    r"\bpostfach\b",
    rf"\bpf\.? ?{NUMBER}(?=\W*\d)",  # Postfach, postafiók
    r"\bboi?te postale\b",
    r"\bcase postale\b",
    r"\bb\.?p\.? ?\d",
    r"\b(?:apartado|apdo\.?) (?:de correos?|postal|aereo)\b",
    rf"\b(?:apartado|apdo\.?|aptdo\.?)(?: no?\.?)?{NUMBER}(?=\W*(?:no?\W*)?\d)",
    r"\bcasilla (?:de correos?|postal)\b",
    r"\bcaixa postal\b",
    r"\bcasella postale\b|\bcas\. ?post\b",
    r"\bcasuta postala\b",
    r"\bpostbus ?\d",
    r"\bpost(?:boks|box) ?\d",
    r"\bpostilokero\b",
    r"\bskrytka poczt|\bskr\. ?poczt",
    r"\bpostovn[iy] (?:prihradka|priecinok)\b",
    r"\bpostanski pretinac\b|\bpostni predal\b",
    r"\bpostafiok\b",
    r"\bpasto dezute\b|\bpostkast\b|\bpasta kaste\b",
    r"\bposta kutusu\b",
    r"\b(?:peti surat|kotak pos)\b",
    r"\bhom thu\b",
    r"(?<!\w)а ?/ ?я(?!\w)|абонентск|абонентн|\bпощенска кутия\b|\bпоштански фах\b",
    r"\bτ\.? ?θ\.? ?\d|ταχυδρομικη θυριδα",
    r"صندوق ?(?:ال)?بريد|(?<!\w)ص\.? ?ب(?!\w)",
    r"(?<!\w)ת[.״\"]? ?ד(?!\w)",
    r"私書[箱函]",
    r"(?:郵政|邮政|專用|专用|\d[號号]?) ?信箱",
    r"사서함",
    r"ตู้ ?(?:ปณ|ไปรษณีย์)",
]
# What would mean something else elsewhere: “Box 12” is part of a rural address in the
# USA, “CP 28001” a postcode in Spain and Mexico.
WORDS_BY_COUNTRY = {
    "AE": [r"^box ?\d+"],
    "BR": [r"\bc\.?p\.? ?\d"],
    "CA": [r"\bc\.?p\.? ?\d"],
    "CH": [r"\bc\.?p\.? ?\d"],
    "CZ": [r"\bp\. ?p\. ?\d"],
    "FI": [r"^pl ?\d", r"^pb ?\d"],
    "HR": [r"\bp\. ?p\. ?\d"],
    "NO": [r"\bpb\.? ?\d"],
    "SE": [r"^box ?\d+"],
    "SI": [r"\bp\. ?p\. ?\d"],
    "TR": [r"\bp\.? ?k\.? ?\d"],
}
BOX = re.compile("|".join(WORDS))
BOX_BY_COUNTRY = {
    country: re.compile("|".join(words)) for country, words in WORDS_BY_COUNTRY.items()
}


def normalised(text):
    """The same text written with other spaces, widths or capitals is the same."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def plain(text):
    """The same without accents, for words that people write with and without them."""
    apart = unicodedata.normalize("NFD", normalised(text))
    letters = (c for c in apart if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", "".join(letters))


def place(address):
    """Return what tells one address from another, as one text."""
    a = address
    parts = (a.name, a.company, *a.lines, a.city, a.district, a.region, a.postcode)
    return "|".join(normalised(part) for part in (*parts, a.country))


def is_po_box(address):
    """Whether an address is a PO box, in any of the languages people write it in."""
    if address.kind == PICKUP_POINT:
        return False
    local = BOX_BY_COUNTRY.get(address.country.upper())
    texts = [
        plain(text) for text in (*address.lines, address.company, address.district)
    ]
    return any(
        BOX.search(text) or (local and local.search(text)) for text in texts if text
    )


def texts(address):
    """Return every text of an address, as it was given."""
    a = address
    found = (a.name, a.company, *a.lines, a.district, a.city, a.region, a.phone)
    return [text for text in found if text]
