"""The words of make_rules.py and make_texts.py, most frequent first where it says so, and Zipf's law to draw them by. Not a program."""
import bisect
import itertools
import random

# What rules look for, by the alphabet.
WORDS = """account address agent alert amount apply approve assist balance bank benefit bonus box break bring broker building bundle
business buyer call cancel card carrier cash change charge check claim client close code collect company complete confirm contact
contract copy cost count coupon courier court cover credit customer customs data date deal debit debt declare deliver delivery deny
department deposit detail device digital discount doctor document dollar double download draw drive duty earn email employ engine enter
entry escrow estate exchange expire express extra family fast fee field file final fine first follow form forward free fund gain game
gift give gold grant green guarantee guide handle hand help hidden hold home hotel hour house identity income inform insure invest
invoice issue item join judge keep key kind label land large last late law lawyer leader lease legal letter level licence limit line
link list live loan local lock login lottery luck machine mail manage mark market match member message method mobile money month
mortgage move name network night notice number offer office officer online open option order owner package page paper parcel parent
partner party pass password patient pay payment pension permit person phone pick place plan play point police policy portal post prize
process product profit program project promise proof protect public purchase quick quote rate reach ready receipt receive record refund
register release remote remove rent reply report request reserve return reward risk room safe sale save school search seat secret secure
seller send serve service settle share ship shop sign simple single site special staff stamp start state station stock store street
submit subscribe success supply support switch system take task tax team tenant ticket title today token total trace track trade
transfer travel treat trust type unit unlock update urgent user vacancy value vault vendor verify visa visit voucher wait wallet want
warn watch website week winner wire work worker world write yield""".split()

# Those of them that people write most, most frequent first; the others follow in an order that is always the same.
FREQUENT = """home name call today money place phone work single office order party plan play point school world line night week house family street
start state large free pay store month shop number room card message keep live help kind land last late hand form hour hold list
service support police data product public system team special simple account bank online""".split()


def by_frequency(words, frequent):
    known = set(words)
    first = [word for word in frequent if word in known]
    rest = [word for word in words if word not in set(first)]
    return first + random.Random("the order of the rest").sample(rest, len(rest))


RANKED = by_frequency(WORDS, FREQUENT)

# What stands between them, most frequent first.
FUNCTION = """the to and a of in is it you that i for on was with this be have are my not but as so we at they me if just all your from like or what
one he do can about will up out there no when more had would by an them get their she some how his than who our were has then her been which now him
did because could into only other its over also after most even too us where very those any these here back before why such again off while though
away without between both few each once during under almost enough against until since am being does myself around""".split()
EVERYDAY = """time good people know think really thing going still great never much little well right always something love better best
new old long things years man anyone everyone nothing maybe feel sure hope looks come came went see saw made make said says told thought want wanted
need needs got getting tried trying happy bad nice funny weird strange tired hungry friend friends sister brother mother father kids dog dogs cat
bird garden kitchen window door table chair bread soup tea coffee cheese apple plums cake dinner lunch breakfast morning evening afternoon yesterday
tomorrow weekend summer winter spring autumn rain snow wind sun cloud sky river lake hill mountain forest beach road bridge tram train bike walk
walking running sleep dream song music choir guitar piano book books novel story chapter poem paint picture museum theatre film movie show game
laughed smiled cried talked asked answered knew found lost forgot remembered left stayed moved opened closed began ended turned fell rose grew green
blue red yellow white black brown small big tall short quiet loud warm cold dark bright clean dirty heavy soft hard early soon later often
sometimes usually finally suddenly slowly quickly carefully honestly apparently probably certainly neighbour teacher student baker farmer singer
grandma uncle cousin village town corner square market's library station's platform umbrella bicycle jacket shoes scarf button mirror candle
basket bottle spoon teapot blanket pillow carpet ladder hammer bucket fence gate roof attic cellar balcony recipe sugar salt pepper onion
garlic potato tomato lemon honey butter cream yoghurt biscuit sandwich pancake noodle""".split()

# Chinese: what rules look for, and what stands between; most frequent first.
CHINESE_RULE_WORDS = """银行 账户 手机 电话 转账 客服 验证码 密码 红包 奖金 贷款 投资 收益 平台 会员 退款 订单 快递 海关 公安 法院 律师 身份证 信用卡 积分 兑换 充值
提现 利息 担保 押金 中奖 优惠券 兼职 佣金 刷单 返利 股票 基金 理财 汇款 冻结 解冻 安全账户 保证金 手续费 社保 医保 补贴 退税 链接 下载 登录 激活 认证 授权""".split()
CHINESE = """的 了 是 我 不 在 你 有 就 这 也 都 人 他 很 说 要 去 好 会 着 看 没有 到 那 和 上 吃 想 她 还 啊 吧 呢 给 让 今天 什么 一个 大家 自己 我们 觉得 知道 可以 现在
因为 所以 但是 真的 喜欢 时候 明天 昨天 早上 晚上 周末 朋友 孩子 妈妈 爸爸 老师 同学 邻居 猫 狗 花 树 雨 雪 风 太阳 月亮 山 河 海边 公园 路上 火车 公交 自行车 厨房
窗边 院子 咖啡 茶 面条 米饭 水果 西瓜 苹果 蛋糕 味道 便当 做饭 散步 跑步 睡觉 唱歌 画画 读书 小说 电影 音乐 照片 故事 问题 办法 地方 东西 衣服 鞋子 颜色 天气 春天 夏天
秋天 冬天 第一次 终于 突然 慢慢 一直 已经 有点 特别 非常 其实 可能 一定 好像 开心 高兴 难过 累 困 饿 漂亮 安静 热闹 便宜 奇怪 有趣 简单""".split()

# Other alphabets among English ones, most frequent first.
LATIN = """de la que le les et à un une pour pas très été être même où déjà après là c’est s’il café façon garçon leçon français española niño mañana
también está más así señor corazón über schön für größe straße können müssen früh später natürlich jardín forêt fête pêche gâteau brûlé cœur sœur
élève étoile hôtel naïve crème noël açaí não você são amanhã coração""".split()
CYRILLIC = """и в не на я что он с как это но по мы она так было мне уже если только его когда очень сегодня завтра опять потом дома друг бабушка
поезд зелёный велосипед утренний снег дождь книга рецепт пирог сосед шарф трамвай песня""".split()
EMOJI = "😀 😂 ❤️ 👍 🙏 😭 🎉 🔥 🌧️ ☕ 🐕 👩‍🍳".split()


class Zipf:
    """Draws by the law of Zipf and Mandelbrot: the word of rank r comes in proportion to 1 / (r + 2.7)."""

    def __init__(self, ranked, chance):
        self.ranked, self.chance = ranked, chance
        self.sums = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(1, len(ranked) + 1)))

    def __call__(self):
        return self.ranked[min(bisect.bisect(self.sums, self.chance.random() * self.sums[-1]), len(self.ranked) - 1)]

    def distinct(self, count):
        """As many different words, in the order in which they were drawn."""
        drawn = {}
        while len(drawn) < count:
            drawn[self()] = True
        return list(drawn)
