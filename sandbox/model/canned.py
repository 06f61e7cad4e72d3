"""Ready answers of the stand-in, in three languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    who: str
    greeting: str
    you_wrote: str
    history: str
    canned: str
    example: str
    long: str
    attachments: str


PHRASES = {
    "en": Phrases(
        who="I am the **offline stand-in**, not a real model: I know nothing, but I show how answers look.",
        greeting="Hello! I am the **offline stand-in** for a model. Try “show me a table”, “some code”, "
        "“a formula”, “something long”, or “count to 20”. With an OpenAI key a real model answers here.",
        you_wrote="You wrote:",
        history="Messages sent along from before: {count}.",
        canned="_A ready answer of the offline stand-in._",
        example="An example, from the offline stand-in:",
        long="**Something long**, from the offline stand-in. You can stop it while it grows.",
        attachments="I am the offline stand-in and see little more than sizes and colours. This arrived:",
    ),
    "zh": Phrases(
        who="我是**离线替身**，不是真正的模型：我什么都不知道，只展示回答的样子。",
        greeting="你好！我是模型的**离线替身**。试试“给我一个表格”、“代码”、“公式”或“数到20”。"
        "设置 OpenAI 密钥后，由真正的模型回答。",
        you_wrote="你写道：",
        history="随附的先前消息：{count} 条。",
        canned="_离线替身的现成回答。_",
        example="离线替身给出的示例：",
        long="离线替身的**一篇长文**。它增长时可以随时停止。",
        attachments="我是离线替身，只看得出大小和颜色。收到了：",
    ),
    "ar": Phrases(
        who="أنا **بديل غير متصل** ولست نموذجا حقيقيا: لا أعرف شيئا، لكني أعرض شكل الإجابات.",
        greeting="مرحبا! أنا **بديل غير متصل** عن النموذج. جرّب «جدول» أو «معادلة» أو «عد إلى 20». "
        "وبمفتاح OpenAI يجيب هنا نموذج حقيقي.",
        you_wrote="كتبت:",
        history="الرسائل السابقة المرسلة معها: {count}.",
        canned="_إجابة جاهزة من البديل غير المتصل._",
        example="مثال من البديل غير المتصل:",
        long="**نص طويل** من البديل غير المتصل. يمكنك إيقافه وهو يُكتب.",
        attachments="أنا بديل غير متصل ولا أرى سوى الأحجام والألوان. وصلني:",
    ),
}

BLACK_HOLES = {
    "en": """\
Imagine a **trampoline** with a bowling ball on it. The ball makes a dip, and marbles roll towards it.

A black hole is like a ball so heavy that the dip becomes a **hole without a bottom**:

1. A huge star runs out of fuel and collapses.
2. Everything in it is squeezed into a tiny place.
3. Its pull is so strong that not even light comes out, and that is why it is *black*.

Whoever stays far away is safe: it does not suck like a vacuum cleaner, it only pulls, as the Sun does.""",
    "zh": """\
想象一张**蹦床**，上面放着一个保龄球。球压出一个坑，弹珠就会滚过去。

黑洞就像一个特别特别重的球，坑变成了**无底洞**：

1. 一颗巨大的恒星烧完燃料，塌缩下来。
2. 它的一切都被挤进很小的地方。
3. 引力强到连光都跑不出来，所以它是*黑*的。

离得远就很安全：它不像吸尘器，只是像太阳一样拉着别的东西。""",
    "ar": """\
تخيّل **ترامبولين** وعليه كرة بولينغ ثقيلة. الكرة تصنع حفرة، فتتدحرج الكرات الصغيرة نحوها.

الثقب الأسود مثل كرة ثقيلة جدا حتى تصبح الحفرة **بلا قاع**:

1. ينفد وقود نجم ضخم فينهار.
2. ينضغط كل ما فيه في مكان صغير جدا.
3. تصبح جاذبيته قوية فلا يخرج منها حتى الضوء، ولذلك هو *أسود*.

ومن يبقَ بعيدا فهو آمن: إنه يجذب كما تجذب الشمس، ولا يشفط كالمكنسة.""",
}

LISBON = {
    "en": """\
## A weekend in Lisbon

| When | Saturday | Sunday |
|---|---|---|
| Morning | Alfama and the castle | Belém Tower, then a *pastel de nata* |
| Noon | Lunch at Time Out Market | A walk along the river |
| Afternoon | Tram **28** through the hills | LX Factory |
| Evening | Fado in a small tavern | Sunset at Miradouro da Graça |

Wear good shoes: the streets are **steep**.""",
    "zh": """\
## 里斯本的周末

| 时间 | 星期六 | 星期日 |
|---|---|---|
| 上午 | 阿尔法玛与城堡 | 贝伦塔，再来一个蛋挞 |
| 中午 | Time Out 市场午餐 | 沿河散步 |
| 下午 | 坐 **28** 路电车 | LX 工厂 |
| 晚上 | 小酒馆听法多 | 恩典观景台看日落 |

穿双好鞋：街道很**陡**。""",
    "ar": """\
## عطلة في لشبونة

| الوقت | السبت | الأحد |
|---|---|---|
| صباحا | حي ألفاما والقلعة | برج بيليم |
| ظهرا | غداء في السوق | نزهة على النهر |
| عصرا | الترام **28** | LX Factory |
| مساء | موسيقى الفادو | غروب الشمس من التل |

البسوا أحذية مريحة: الشوارع **شديدة الانحدار**.""",
}

HAIKU = {
    "en": "The tide writes its name,\nthe sand reads it, and forgets.\nAgain the tide writes.",
    "zh": "潮水写下名，\n沙滩读罢便遗忘，\n潮水又再写。",
    "ar": "يكتب الموجُ اسمه،\nيقرؤه الرملُ وينسى،\nفيعود الموجُ ويكتب.",
}
