"""Some cities, with their names in three languages and in their own."""

from collections.abc import Mapping
from dataclasses import dataclass

_COUNTRIES: Mapping[str, tuple[str, str, str]] = {
    "AE": ("United Arab Emirates", "阿拉伯联合酋长国", "الإمارات العربية المتحدة"),
    "AR": ("Argentina", "阿根廷", "الأرجنتين"),
    "AT": ("Austria", "奥地利", "النمسا"),
    "AU": ("Australia", "澳大利亚", "أستراليا"),
    "BR": ("Brazil", "巴西", "البرازيل"),
    "CA": ("Canada", "加拿大", "كندا"),
    "CH": ("Switzerland", "瑞士", "سويسرا"),
    "CN": ("China", "中国", "الصين"),
    "DE": ("Germany", "德国", "ألمانيا"),
    "EG": ("Egypt", "埃及", "مصر"),
    "ES": ("Spain", "西班牙", "إسبانيا"),
    "FR": ("France", "法国", "فرنسا"),
    "GB": ("United Kingdom", "英国", "المملكة المتحدة"),
    "GR": ("Greece", "希腊", "اليونان"),
    "IN": ("India", "印度", "الهند"),
    "IT": ("Italy", "意大利", "إيطاليا"),
    "JP": ("Japan", "日本", "اليابان"),
    "KE": ("Kenya", "肯尼亚", "كينيا"),
    "KR": ("South Korea", "韩国", "كوريا الجنوبية"),
    "MA": ("Morocco", "摩洛哥", "المغرب"),
    "MX": ("Mexico", "墨西哥", "المكسيك"),
    "NG": ("Nigeria", "尼日利亚", "نيجيريا"),
    "NL": ("Netherlands", "荷兰", "هولندا"),
    "PT": ("Portugal", "葡萄牙", "البرتغال"),
    "RU": ("Russia", "俄罗斯", "روسيا"),
    "SA": ("Saudi Arabia", "沙特阿拉伯", "السعودية"),
    "SE": ("Sweden", "瑞典", "السويد"),
    "SG": ("Singapore", "新加坡", "سنغافورة"),
    "TR": ("Türkiye", "土耳其", "تركيا"),
    "US": ("United States", "美国", "الولايات المتحدة"),
}

# id|English|Chinese|Arabic|own name|latitude|longitude|metres|time zone|country|region|inhabitants
_CITIES = """
2950159|Berlin|柏林|برلين||52.52437|13.41053|74|Europe/Berlin|DE|State of Berlin|3426354
2911298|Hamburg|汉堡|هامبورغ||53.55073|9.99302|8|Europe/Berlin|DE|Hamburg|1739117
2867714|Munich|慕尼黑|ميونخ|München|48.13743|11.57549|524|Europe/Berlin|DE|Bavaria|1260391
2988507|Paris|巴黎|باريس||48.85341|2.3488|42|Europe/Paris|FR|Île-de-France|2138551
4717560|Paris|巴黎|باريس||33.66094|-95.55551|183|America/Chicago|US|Texas|24782
2643743|London|伦敦|لندن||51.50853|-0.12574|25|Europe/London|GB|England|8961989
6058560|London|伦敦|لندن||42.98339|-81.23304|252|America/Toronto|CA|Ontario|422324
1850147|Tokyo|东京|طوكيو|東京|35.6895|139.69171|44|Asia/Tokyo|JP|Tokyo|9733276
1816670|Beijing|北京|بكين|北京市|39.9075|116.39723|49|Asia/Shanghai|CN|Beijing|18960744
1796236|Shanghai|上海|شنغهاي|上海市|31.22222|121.45806|12|Asia/Shanghai|CN|Shanghai|24874500
360630|Cairo|开罗|القاهرة||30.06263|31.24967|23|Africa/Cairo|EG|Cairo|9606916
5128581|New York|纽约|نيويورك|New York City|40.71427|-74.00597|10|America/New_York|US|New York|8804190
5368361|Los Angeles|洛杉矶|لوس أنجلوس||34.05223|-118.24368|89|America/Los_Angeles|US|California|3820914
4887398|Chicago|芝加哥|شيكاغو||41.85003|-87.65005|179|America/Chicago|US|Illinois|2720546
6167865|Toronto|多伦多|تورونتو||43.70643|-79.39864|175|America/Toronto|CA|Ontario|2794356
3530597|Mexico City|墨西哥城|مدينة مكسيكو||19.42847|-99.12766|2240|America/Mexico_City|MX|Mexico City|12294193
3448439|São Paulo|圣保罗|ساو باولو|Sao Paulo|-23.5475|-46.63611|769|America/Sao_Paulo|BR|São Paulo|12400232
3435910|Buenos Aires|布宜诺斯艾利斯|بوينس آيرس||-34.61|-58.37|31|America/Buenos_Aires|AR|Buenos Aires|13076300
3117735|Madrid|马德里|مدريد||40.4165|-3.70256|665|Europe/Madrid|ES|Madrid|3255944
3128760|Barcelona|巴塞罗那|برشلونة||41.38879|2.15899|47|Europe/Madrid|ES|Catalonia|1620343
3169070|Rome|罗马|روما|Roma|41.89193|12.51133|52|Europe/Rome|IT|Lazio|2318895
2267057|Lisbon|里斯本|لشبونة|Lisboa|38.72635|-9.14843|15|Europe/Lisbon|PT|Lisbon|517802
2761369|Vienna|维也纳|فيينا|Wien|48.20849|16.37208|171|Europe/Vienna|AT|Vienna|1691468
2657896|Zurich|苏黎世|زيورخ|Zürich|47.36667|8.55|429|Europe/Zurich|CH|Zurich|341730
2759794|Amsterdam|阿姆斯特丹|أمستردام||52.37403|4.88969|13|Europe/Amsterdam|NL|North Holland|741636
2673730|Stockholm|斯德哥尔摩|ستوكهولم||59.32938|18.06871|17|Europe/Stockholm|SE|Stockholm|1515017
264371|Athens|雅典|أثينا|Αθήνα|37.98376|23.72784|42|Europe/Athens|GR|Attica|664046
745044|Istanbul|伊斯坦布尔|إسطنبول|İstanbul|41.01384|28.94966|39|Europe/Istanbul|TR|Istanbul|15701602
524901|Moscow|莫斯科|موسكو|Москва|55.75222|37.61556|144|Europe/Moscow|RU|Moscow|10381222
292223|Dubai|迪拜|دبي||25.07725|55.30927|24|Asia/Dubai|AE|Dubai|3790000
108410|Riyadh|利雅得|الرياض||24.68773|46.72185|612|Asia/Riyadh|SA|Riyadh Region|7676654
2553604|Casablanca|卡萨布兰卡|الدار البيضاء||33.58831|-7.61138|27|Africa/Casablanca|MA|Casablanca-Settat|3144909
2332459|Lagos|拉各斯|لاغوس||6.45407|3.39467|11|Africa/Lagos|NG|Lagos|15388000
184745|Nairobi|内罗毕|نيروبي||-1.28333|36.81667|1669|Africa/Nairobi|KE|Nairobi County|2750547
1275339|Mumbai|孟买|مومباي|Bombay|19.07283|72.88261|8|Asia/Kolkata|IN|Maharashtra|12691836
1880252|Singapore|新加坡|سنغافورة||1.28967|103.85007|23|Asia/Singapore|SG|Singapore|5638700
1835848|Seoul|首尔|سول|서울|37.566|126.9784|38|Asia/Seoul|KR|Seoul|10349312
2147714|Sydney|悉尼|سيدني||-33.86785|151.20732|58|Australia/Sydney|AU|New South Wales|4840600
"""


@dataclass(frozen=True, slots=True)
class City:
    """`names` are English, Chinese, Arabic, and its own where that is another one."""

    id: int
    names: tuple[str, ...]
    latitude: float
    longitude: float
    elevation: float
    timezone: str
    country_code: str
    region: str
    population: int

    def name_in(self, language: str) -> str:
        return self.names[_place(language)]

    def country_in(self, language: str) -> str:
        return _COUNTRIES[self.country_code][_place(language)]


def _place(language: str) -> int:
    return {"zh": 1, "ar": 2}.get(language.lower()[:2], 0)


def _city(line: str) -> City:
    number, english, chinese, arabic, own, latitude, longitude, metres, zone, country, region, people = (
        line.split("|")
    )
    names = tuple(name for name in (english, chinese, arabic, own) if name)
    place = (float(latitude), float(longitude), float(metres))
    return City(int(number), names, *place, zone, country, region, int(people))


CITIES = tuple(_city(line) for line in _CITIES.strip().splitlines())
