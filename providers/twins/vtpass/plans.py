"""The VTpass twin's price lists: services with their limits, bundles, packages and meter types, in naira."""

from providers.twins.store import Document

# serviceID -> (category, name, least, most).
SERVICES: dict[str, tuple[str, str, int, int]] = {
    "mtn": ("airtime", "MTN Airtime VTU", 50, 50_000),
    "airtel": ("airtime", "Airtel Airtime VTU", 50, 50_000),
    "glo": ("airtime", "GLO Airtime VTU", 50, 50_000),
    "etisalat": ("airtime", "9mobile Airtime VTU", 50, 50_000),
    "foreign-airtime": ("airtime", "International Airtime", 1, 1_000_000),
    "mtn-data": ("data", "MTN Data", 1, 1_000_000),
    "airtel-data": ("data", "Airtel Data", 1, 1_000_000),
    "glo-data": ("data", "GLO Data", 1, 1_000_000),
    "etisalat-data": ("data", "9mobile Data", 1, 1_000_000),
    "smile-direct": ("data", "Smile Payment", 100, 150_000),
    "dstv": ("tv-subscription", "DSTV Subscription", 500, 200_000),
    "gotv": ("tv-subscription", "GOtv Payment", 500, 100_000),
    "startimes": ("tv-subscription", "Startimes Subscription", 50, 100_000),
    "showmax": ("tv-subscription", "ShowMax", 500, 100_000),
    "ikeja-electric": ("electricity-bill", "Ikeja Electric Payment - IKEDC", 100, 500_000),
    "eko-electric": ("electricity-bill", "Eko Electric Payment - EKEDC", 100, 500_000),
    "abuja-electric": ("electricity-bill", "Abuja Electricity Distribution Company - AEDC", 100, 500_000),
    "kano-electric": ("electricity-bill", "KEDCO - Kano Electric", 100, 500_000),
    "portharcourt-electric": ("electricity-bill", "PHED - Port Harcourt Electric", 100, 500_000),
    "jos-electric": ("electricity-bill", "Jos Electric - JED", 100, 500_000),
    "ibadan-electric": ("electricity-bill", "IBEDC - Ibadan Electricity Distribution Company", 100, 500_000),
    "kaduna-electric": ("electricity-bill", "Kaduna Electric - KAEDCO", 100, 500_000),
    "enugu-electric": ("electricity-bill", "Enugu Electric - EEDC", 100, 500_000),
    "benin-electric": ("electricity-bill", "Benin Electricity - BEDC", 100, 500_000),
    "yola-electric": ("electricity-bill", "Yola Electric Disco Payment - YEDC", 100, 500_000),
}
CATEGORIES = {
    "airtime": "Airtime Recharge",
    "data": "Data Services",
    "tv-subscription": "TV Subscription",
    "electricity-bill": "Electricity Bill",
}
# A network's bundles: (size, period, price).
BUNDLES: dict[str, tuple[tuple[str, str, int], ...]] = {
    "mtn": (
        ("100MB", "Daily", 100),
        ("200MB", "Daily", 200),
        ("1GB", "Daily", 350),
        ("2.5GB", "Daily", 600),
        ("600MB", "Weekly", 500),
        ("1GB", "Weekly", 600),
        ("6GB", "Weekly", 1_500),
        ("1GB", "Monthly", 500),
        ("2GB", "Monthly", 1_000),
        ("4.5GB", "Monthly", 2_000),
        ("10GB", "Monthly", 3_500),
        ("20GB", "Monthly", 5_500),
        ("75GB", "Monthly", 15_000),
    ),
    "airtel": (
        ("100MB", "Daily", 100),
        ("300MB", "Daily", 200),
        ("1GB", "Daily", 350),
        ("750MB", "Weekly", 500),
        ("6GB", "Weekly", 1_500),
        ("1.5GB", "Monthly", 1_000),
        ("3GB", "Monthly", 1_500),
        ("6GB", "Monthly", 2_500),
        ("15GB", "Monthly", 4_000),
        ("40GB", "Monthly", 10_000),
    ),
    "glo": (
        ("150MB", "Daily", 100),
        ("350MB", "Daily", 200),
        ("1.35GB", "Weekly", 500),
        ("7GB", "Weekly", 1_500),
        ("2.9GB", "Monthly", 1_000),
        ("5.8GB", "Monthly", 2_000),
        ("10GB", "Monthly", 3_000),
        ("29.5GB", "Monthly", 8_000),
        ("93GB", "Monthly", 15_000),
    ),
    "etisalat": (
        ("100MB", "Daily", 100),
        ("650MB", "Daily", 200),
        ("7GB", "Weekly", 1_500),
        ("500MB", "Monthly", 500),
        ("1.5GB", "Monthly", 1_000),
        ("4.5GB", "Monthly", 2_000),
        ("11GB", "Monthly", 4_000),
        ("40GB", "Monthly", 10_000),
    ),
}
# A TV company's packages: (code, name, price).
PACKAGES: dict[str, tuple[tuple[str, str, int], ...]] = {
    "dstv": (
        ("dstv-padi", "DSTV Padi", 2_500),
        ("dstv-yanga", "DSTV Yanga", 3_500),
        ("dstv-confam", "DSTV Confam", 5_300),
        ("dstv-compact", "DSTV Compact", 7_900),
        ("dstv-compact-plus", "DSTV Compact Plus", 14_250),
        ("dstv-premium", "DSTV Premium", 24_500),
        ("dstv-premium-xtraview", "DSTV Premium + XtraView", 27_400),
    ),
    "gotv": (
        ("gotv-smallie", "GOTV Smallie", 1_100),
        ("gotv-jinja", "GOTV Jinja", 2_250),
        ("gotv-jolli", "GOTV Jolli", 3_300),
        ("gotv-max", "GOTV Max", 4_850),
        ("gotv-supa", "GOTV Supa", 6_400),
    ),
    "startimes": (
        ("nova", "Startimes Nova - 1 month", 1_700),
        ("basic", "Startimes Basic - 1 month", 3_300),
        ("smart", "Startimes Smart - 1 month", 3_800),
        ("classic", "Startimes Classic - 1 month", 5_000),
        ("super", "Startimes Super - 1 month", 8_200),
    ),
    "showmax": (
        ("mobile_only", "Showmax Mobile Only - 1 month", 1_200),
        ("full", "Showmax Full - 1 month", 2_900),
        ("sports_mobile_only", "Showmax Sports Mobile - 1 month", 4_000),
        ("sports_full", "Showmax Sports - 1 month", 6_300),
    ),
}


def variations(service: str) -> list[Document]:
    """The variations of a service in VTpass's form; none for airtime."""
    if service in PACKAGES:
        return [_variation(code, name, price) for code, name, price in PACKAGES[service]]
    network = service.removesuffix("-data")
    if network != service and network in BUNDLES:
        return [
            _variation(f"{network}-{size.lower()}-{period.lower()}", f"{size} {period}", price)
            for size, period, price in BUNDLES[network]
        ]
    if service.endswith("-electric"):
        return [_variation(code, code.title(), 0, "No") for code in ("prepaid", "postpaid")]
    return []


def _variation(code: str, name: str, price: int, fixed: str = "Yes") -> Document:
    return {"variation_code": code, "name": name, "variation_amount": f"{price}.00", "fixedPrice": fixed}
