"""Buyers: names and addresses as they are written in each country."""

from dataclasses import dataclass
from string import ascii_lowercase, digits

ANONYMOUS = ascii_lowercase + digits


@dataclass(frozen=True)
class Country:
    given: str
    family: str
    streets: tuple[str, ...]  # {n}: a house number
    places: tuple[tuple[str, ...], ...]  # city, region, postcode, district
    phone: str  # {n}: three digits; from ranges kept for films where there are some
    company: tuple[str, str]  # name and tax number (its check digit is right)
    name: str = "{given} {family}"


COUNTRIES = {
    "US": Country(
        "James Maria Robert Linda Keisha Daniel Emily Carlos Priya Noah",
        "Smith Johnson Nguyen Garcia O'Connor Washington Kowalski Patel Brooks Lee",
        ("{n} Maple Ave", "{n} W 14th St Apt 5B", "{n} Sunset Blvd", "PO Box {n}"),
        (
            ("Seattle", "WA", "98101", "King County"),
            ("Austin", "TX", "78701-2109", ""),
            ("Brooklyn", "NY", "11201", "Kings County"),
            ("San José", "CA", "95112", ""),
            ("Portland", "OR", "97205", ""),
            ("Miami", "FL", "33130", ""),
            ("San Juan", "PR", "00901", ""),
        ),
        "+1 206-555-0{n}",
        ("Brooks Office Supply LLC", "12-3456789"),
    ),
    "CA": Country(
        "Liam Olivia Étienne Chloé William Amélie Raj Sophie",
        "Tremblay Singh MacDonald Bouchard Wong Gagnon Roy",
        ("{n} Queen St W", "{n} Rue Sainte-Catherine O", "Unit 12, {n} Robson St"),
        (
            ("Toronto", "ON", "M5H 2N2", ""),
            ("Montréal", "QC", "H3B 1A7", ""),
            ("Vancouver", "BC", "V6Z 2H7", ""),
            ("Calgary", "Alberta", "T2P 1J9", ""),
        ),
        "+1 416-555-0{n}",
        ("Gagnon & Fils Inc.", "123456782RT0001"),
    ),
    "MX": Country(
        "José María Guadalupe Juan Sofía Íñigo Ximena",
        "Hernández García Muñoz Rodríguez Peña Núñez",
        (
            "Av. Insurgentes Sur {n}, Int. 4",
            "Calle Reforma {n}",
            "Cerrada Álamo {n}",
        ),
        (
            ("Ciudad de México", "Ciudad de México", "03100", "Col. Del Valle"),
            ("Guadalajara", "Jalisco", "44160", "Col. Americana"),
            ("San Pedro Garza García", "Nuevo León", "66220", "Col. Valle"),
            ("Mérida", "Yucatán", "97000", "Centro"),
        ),
        "+52 55 5000 0{n}",
        ("Papelería Muñoz S.A. de C.V.", "ODM950324V2A"),
    ),
    "DE": Country(
        "Jürgen Käthe Lukas Anna-Lena Björn Heike Yılmaz Mia Günter",
        "Müller Schäfer Weiß von Grünberg Öztürk Groß Vogel Hübner",
        ("Schloßstraße {n}", "Am Mühlbach {n}a", "Königsallee {n}", "Lindenweg {n}"),
        (
            ("München", "Bayern", "80331", ""),
            ("Köln", "", "50667", ""),
            ("Görlitz", "Sachsen", "02826", ""),
            ("Berlin", "", "10115", ""),
            ("Bad Königshofen i. Grabfeld", "", "97631", ""),
        ),
        "+49 30 23125 {n}",
        ("Schäfer Elektrotechnik GmbH & Co. KG", "DE120000013"),
    ),
    "AT": Country(
        "Johanna Matthäus Lena Florian",
        "Gruber Hölzl Moser Wögerer",
        ("Getreidegasse {n}", "Landstraßer Hauptstraße {n}/2/14"),
        (("Wien", "", "1030", ""), ("Salzburg", "Salzburg", "5020", "")),
        "+43 1 5550 {n}",
        ("Hölzl Bau GmbH", "ATU12345675"),
    ),
    "FR": Country(
        "François Hélène Loïc Zoé Anaïs Jean-Baptiste Inès",
        "Lefèvre Dubois Garçon Lemaître d'Estaing Benoît Noël",
        (
            "{n} rue de l'Église",
            "{n} bis, av. du Général-Leclerc",
            "{n} quai des Grèves",
        ),
        (
            ("Paris", "", "75011", ""),
            ("Saint-Étienne", "", "42000", ""),
            ("Besançon", "Doubs", "25000", ""),
            ("Nîmes", "", "30000", ""),
        ),
        "+33 1 99 00 4{n}",
        ("Établissements Lemaître SARL", "FR68900000001"),
    ),
    "BE": Country(
        "Noor Émile Bram Élise",
        "Peeters Dupont Maes Lambert",
        ("Grote Markt {n}", "Rue Neuve {n}"),
        (("Antwerpen", "", "2000", ""), ("Liège", "", "4000", "")),
        "+32 2 555 0{n}",
        ("Maes Kantoor BV", "BE0200000043"),
    ),
    "IT": Country(
        "Niccolò Giulia Matteo Chiara Raffaele",
        "Rossi D'Angelo Ferrari Esposito Lo Presti Bianchi",
        (
            "Via Garibaldi, {n}",
            "Piazza della Libertà, {n}",
            "Str. Prov. 12, {n}/B",
        ),
        (
            ("Milano", "MI", "20121", ""),
            ("Forlì", "FC", "47121", ""),
            ("Cefalù", "PA", "90015", ""),
        ),
        "+39 06 5550 {n}",
        ("Ferrari Forniture S.r.l.", "IT01234560157"),
    ),
    "ES": Country(
        "Íñigo Begoña Álvaro Lucía Núria",
        "Ibáñez Muñoz Pérez de la Peña Güell",
        ("Calle de Alcalá, {n}, 3.º izq.", "Passeig de Gràcia, {n}", "C/ Peñón {n}"),
        (
            ("Madrid", "Madrid", "28009", ""),
            ("L'Hospitalet de Llobregat", "Barcelona", "08901", ""),
            ("A Coruña", "A Coruña", "15001", ""),
        ),
        "+34 915 550 {n}",
        ("Suministros Ibáñez S.L.", "ESB12345674"),
    ),
    "NL": Country(
        "Daan Sjoerd Fenna Zoë Renée",
        "de Vries van den Berg Jansen IJzerman",
        ("Prinsengracht {n}-H", "'s-Gravelandseweg {n}", "Dorpsstraat {n} A"),
        (("Amsterdam", "", "1015 DK", ""), ("'s-Hertogenbosch", "", "5211 AV", "")),
        "+31 20 555 0{n}",
        ("IJzerman Installatie B.V.", "NL001234560B01"),
    ),
    "PL": Country(
        "Zofia Łukasz Agnieszka Świętosława Małgorzata",
        "Wiśniewska Wójcik Żółkiewski Dąbrowski Śliwa",
        ("ul. Świętokrzyska {n}/7", "al. Jana Pawła II {n} m. 21", "os. Bohaterów {n}"),
        (
            ("Łódź", "łódzkie", "90-001", ""),
            ("Kraków", "małopolskie", "31-009", ""),
            ("Gdańsk", "", "80-831", ""),
        ),
        "+48 22 555 0{n}",
        ("Wójcik Biuro Sp. z o.o.", "PL5250000015"),
    ),
    "GB": Country(
        "Oliver Siân Amelia Hamish Zoë Aoife",
        "Taylor Llewellyn MacKenzie O'Neill Fitzroy-Jones",
        (
            "{n} High Street",
            "Flat 3, {n} Oak Avenue",
            "The Rectory, Church Lane {n}",
        ),
        (
            ("London", "Greater London", "SW1A 1AA", ""),
            ("Caerdydd", "", "CF10 1BH", ""),
            ("Edinburgh", "Scotland", "EH1 1YZ", ""),
            ("Belfast", "", "BT1 5GS", ""),
        ),
        "+44 20 7946 0{n}",
        ("Llewellyn Catering Ltd", "GB900000025"),
    ),
    "JP": Country(
        "翔太 美咲 健一 さくら 蓮 陽菜",
        "佐藤 髙橋 渡邊 斎藤 中村 小林",
        ("道玄坂2丁目{n}-5 コーポ桜 201号室", "中央1-{n}-3", "北{n}条西4丁目1番地"),
        (
            ("渋谷区", "東京都", "150-0043", ""),
            ("横浜市中区", "神奈川県", "231-0015", ""),
            ("札幌市北区", "北海道", "060-0808", ""),
            ("京都市東山区", "京都府", "605-0001", ""),
        ),
        "03-5550-0{n}",
        ("株式会社中村商事", "5000000000012"),
        name="{family} {given}",
    ),
}


def anonymous_email(rng, marketplace):
    name = "".join(rng.choices(ANONYMOUS, k=15))
    return f"{name}@marketplace.{marketplace.domain}"


def full_name(rng, code):
    country = COUNTRIES[code]
    return country.name.format(
        given=rng.choice(country.given.split()),
        family=rng.choice(_families(country.family)),
    )


def _families(text):
    """Split at spaces, but keep 'van den Berg' and its like together."""
    names, particle = [], ""
    for word in text.split():
        if word in ("de", "van", "den", "von", "la", "Lo"):
            particle += f"{word} "
        else:
            names.append(particle + word)
            particle = ""
    return names


def address(rng, code, name=""):
    """A home as Amazon's CustomerAddress."""
    country = COUNTRIES[code]
    city, region, postcode, district = rng.choice(country.places)
    street = rng.choice(country.streets).format(n=rng.randint(1, 180))
    written = {
        "name": name or full_name(rng, code),
        "addressLine1": street,
        "city": city,
        "districtOrCounty": district,
        "stateOrRegion": region,
        "postalCode": postcode,
        "countryCode": code,
        "phone": country.phone.format(n=f"{rng.randint(100, 199)}"),
        "addressType": "RESIDENTIAL",
    }
    OFTEN.get(code, _as_it_is)(rng, written)
    return {key: value for key, value in written.items() if value}


def office(rng, code):
    """A company's address."""
    written = address(rng, code)
    written |= {
        "companyName": COUNTRIES[code].company[0],
        "addressType": "COMMERCIAL",
    }
    return written


def _as_it_is(rng, written):
    pass


def _german(rng, written):
    """Germans put names into line 1 and the street into line 2, or have no street."""
    kind = rng.random()
    if kind < 0.12:
        written["addressLine2"] = written["addressLine1"]
        written["addressLine1"] = f"c/o {full_name(rng, 'DE')}"
    elif kind < 0.2:
        written["addressLine1"] = f"Packstation {rng.randint(101, 299)}"
        written["addressLine2"] = f"Postnummer {rng.randint(10**6, 10**8)}"
        written["addressType"] = "PICKUP_POINT"


def _japanese(rng, written):
    """Half of the addresses in Japan have no city: it begins line 1."""
    if rng.random() < 0.5:
        written["addressLine1"] = written.pop("city") + written["addressLine1"]


def _american(rng, written):
    if rng.random() < 0.15:
        written["addressLine2"] = rng.choice(("Suite 200", "Rear building", "Unit B"))


OFTEN = {"DE": _german, "JP": _japanese, "US": _american}


def coarse(written):
    """What a seller sees of an address to which Amazon ships."""
    shown = ("city", "stateOrRegion", "postalCode", "countryCode")
    return {key: written[key] for key in shown if key in written}
