"""What words mean, as far as an offline stand-in can tell: their stems, and a short list of words alike."""

import re
from collections.abc import Iterator
from functools import lru_cache

_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[^\W_{_CJK}]+|[{_CJK}]+")
_IS_CJK = re.compile(rf"[{_CJK}]")

_FILLERS = """
a an and are as at be been but by can could did do does for from had has have he her his how i if in into is it
its me my no not of on or our she should so some than that the their them then there these they this to up us
was we were what when where which who whom whose why will with would you your about tell please
的 了 吗 是 在 我 你 什么 怎么 请
في من على إلى ما هل هو هي أن عن التي الذي
"""
_EMPTY = frozenset(_FILLERS.split())
_ENDINGS = (
    ("ies", "y"), ("sses", "ss"), ("ations", "ate"), ("ation", "ate"), ("ings", ""), ("ing", ""), ("edly", ""),
    ("ied", "y"), ("ed", ""), ("ers", ""), ("er", ""), ("ments", ""), ("ment", ""), ("ly", ""), ("es", ""),
    ("s", ""), ("e", ""),
)  # fmt: skip
_SHORTEST_STEM = 3
_ARABIC_BEGINNINGS = ("وال", "بال", "كال", "فال", "لل", "ال")
_ARABIC_ENDINGS = ("ات", "ون", "ين", "ها", "ة", "ه")

_ALIKE = (
    "car automobile vehicle auto 汽车 车 سيارة سيارات",
    "buy purchase acquire order 买 购买 شراء",
    "sell sale vend 卖 出售 بيع",
    "refund reimbursement repayment money-back 退款 退货 استرداد",
    "price cost fee charge rate 价格 费用 سعر تكلفة",
    "holiday vacation leave 假期 休假 إجازة عطلة",
    "doctor physician medic 医生 طبيب",
    "illness sickness disease sick ill 病 疾病 مرض",
    "child kid children 孩子 儿童 طفل أطفال",
    "dog puppy hound pet 狗 宠物 كلب",
    "cat kitten feline pet 猫 宠物 قطة قطط",
    "house home residence flat apartment 房子 家 بيت منزل",
    "work job employment occupation career 工作 عمل وظيفة",
    "boss manager chief supervisor 经理 老板 مدير",
    "salary wage pay income earnings 工资 薪水 راتب",
    "begin start commence launch 开始 بداية بدء",
    "end finish stop conclude 结束 نهاية",
    "big large huge great 大 كبير",
    "small little tiny 小 صغير",
    "fast quick rapid speedy 快 سريع",
    "happy glad cheerful joyful 高兴 快乐 سعيد",
    "sad unhappy gloomy 难过 悲伤 حزين",
    "meet meeting appointment conference 会议 见面 اجتماع موعد",
    "phone telephone mobile 电话 手机 هاتف",
    "email mail letter message 邮件 信 بريد رسالة",
    "food meal dish cuisine eat 食物 饭 菜 طعام أكل",
    "cook chef bake 做饭 厨师 طبخ",
    "allergy allergic intolerance 过敏 حساسية",
    "drink beverage 饮料 喝 شراب",
    "weather climate forecast 天气 气候 طقس",
    "rain shower downpour 雨 مطر",
    "city town metropolis 城市 مدينة",
    "trip journey travel voyage tour 旅行 旅游 سفر رحلة",
    "birthday birth born 生日 出生 ميلاد",
    "wife husband spouse partner 妻子 丈夫 زوجة زوج",
    "mother mum mom mama 妈妈 母亲 أم والدة",
    "father dad papa 爸爸 父亲 أب والد",
    "like love enjoy favour favourite favorite prefer 喜欢 爱 أحب يحب",
    "hate dislike detest 讨厌 恨 أكره",
    "colour color hue 颜色 لون",
    "book novel volume 书 小说 كتاب",
    "film movie cinema 电影 فيلم",
    "song music tune melody 歌 音乐 موسيقى أغنية",
    "picture image photo photograph 图片 照片 صورة",
    "error fault bug mistake failure 错误 خطأ",
    "fix repair mend 修理 修复 إصلاح",
    "delete remove erase 删除 حذف",
    "money cash funds 钱 مال نقود",
    "name called 名字 名 叫 اسم",
    "password passcode secret key 密码 كلمة سر",
    "school university college 学校 大学 مدرسة جامعة",
    "teacher professor instructor 老师 教师 معلم أستاذ",
    "study learn learning 学习 تعلم دراسة",
    "answer reply response 回答 答复 جواب رد",
    "question query 问题 سؤال",
    "warranty guarantee 保修 保证 ضمان",
    "ship shipping deliver delivery 送货 配送 发货 شحن توصيل",
    "train railway rail 火车 قطار",
    "plane aircraft flight airplane 飞机 航班 طائرة",
    "sea ocean 海 海洋 بحر",
    "mountain hill peak 山 جبل",
    "run jog sprint 跑步 跑 جري",
    "sport exercise training fitness 运动 锻炼 رياضة",
    "contract agreement treaty 合同 协议 عقد",
    "law legal statute 法律 قانون",
    "revenue turnover sales 收入 营业额 إيرادات",
    "profit gain surplus 利润 盈利 ربح",
    "computer laptop pc notebook 电脑 حاسوب",
)


def terms(text: str) -> Iterator[str]:
    """The stem of each word that means something; Chinese and Japanese by pairs of characters, too."""
    for word in _words(text):
        if word not in _EMPTY:
            yield from _terms_of(word)


def empty_words(text: str) -> list[str]:
    """Those that mean little by themselves."""
    return [word for word in _words(text) if word in _EMPTY]


def concepts(text: str) -> Iterator[str]:
    """What the words mean that are in the list of words alike; the same for each of a row."""
    for term in terms(text):
        yield from _CONCEPTS.get(term, ())


def _words(text: str) -> Iterator[str]:
    return (match[0] for match in _WORD.finditer(text.lower()))


def _terms_of(word: str) -> Iterator[str]:
    if not _IS_CJK.match(word):
        yield stem(word)
        return
    yield from (letter for letter in word if letter not in _EMPTY)
    yield from (word[at : at + 2] for at in range(len(word) - 1))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The word without what inflects it, in English and Arabic, roughly."""
    if "\u0600" <= word[0] <= "\u06ff":
        return _arabic_stem(word)
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            stemmed = word[: len(word) - len(ending)] + instead
            return _evened(stemmed[:-1] if _is_doubled(stemmed) else stemmed.removesuffix("e"))
    return _evened(word)


def _evened(word: str) -> str:
    """Happy and happi(ly) are the same."""
    return f"{word[:-1]}i" if word.endswith("y") and len(word) > _SHORTEST_STEM else word


def _is_doubled(word: str) -> bool:
    """As in "stopp(ed)": the letter was doubled for the ending's sake."""
    return len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "aeiouls"


def _arabic_stem(word: str) -> str:
    for beginning in _ARABIC_BEGINNINGS:
        if word.startswith(beginning) and len(word) - len(beginning) >= _SHORTEST_STEM:
            word = word[len(beginning) :]
            break
    for ending in _ARABIC_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def _concepts() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in _ALIKE:
        words = row.split()
        for word in words:
            known = word if _IS_CJK.match(word) else stem(word)
            found[known] = (*found.get(known, ()), f"={words[0]}")
    return found


_CONCEPTS = _concepts()
