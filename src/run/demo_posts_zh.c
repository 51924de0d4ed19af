/* Sample posts in Chinese: made up, none copied from anywhere. See demo_posts_en.c. */
#include "demo_posts.h"

static const char *const name[] = {"小林", "阿杰", "老周", "小敏", "表哥", "室友", "佳佳", "王姐", "隔壁大爷", "二姨",
                                   "晓东", "师傅", "小雨", "同桌", "阿宁", "我爸", "我妈", "外婆", "班长",     "老赵"};
static const char *const food[] = {"酸菜鱼",   "煎饼果子", "红烧肉",   "螺蛳粉", "烤冷面",   "糖醋排骨",
                                   "番茄牛腩", "小笼包",   "麻辣烫",   "绿豆汤", "葱油拌面", "砂锅粥",
                                   "锅盔",     "凉皮",     "鲜肉月饼", "炒河粉"};
static const char *const place[] = {"菜市场", "图书馆",   "江边",   "老火车站", "植物园",   "夜市", "体育馆",
                                    "地铁口", "湿地公园", "旧书店", "科技馆",   "小区门口", "码头", "大学城"};
static const char *const thing[] = {"自行车",   "电饭煲",   "旧相机", "吉他", "帐篷",   "书架", "望远镜", "缝纫机",
                                    "羽毛球拍", "儿童推车", "显示器", "鱼缸", "行李箱", "台灯", "投影仪", "冲锋衣"};
static const char *const team[] = {"校队",   "我们班",   "三分厂队", "河东队", "猎豹队",
                                   "校友队", "隔壁公司", "红队",     "老年队"};
static const char *const day[] = {"周一", "周二", "周三", "周四", "周五", "周六",
                                  "周日", "今晚", "明天", "下周", "昨天"};
static const char *const mood[] = {"特别好", "有点奇怪", "太吵了",   "挺惊喜的", "跟想的不一样",
                                   "值了",   "贵了点",   "冷得要命", "比去年强", "一言难尽"};
static const char *const pet[] = {"猫", "狗", "乌龟", "鹦鹉", "兔子", "仓鼠", "八哥"};
static const char *const n[] = {"两", "三", "四", "五", "六", "七", "八", "九", "十", "十二"};
static const char *const price[] = {"15", "18", "26", "35", "48", "60", "75", "88", "99", "120", "150", "260"};
static const char *const money[] = {"300", "500", "800", "1200", "2000", "3000", "5000", "6800", "8000"};
static const char *const host[] = {"bank-check.example", "jifen.example", "etc-renew.example", "lingjiang.example"};
static const char *const app[] = {"微信", "QQ"};
static const char *const harm[] = {"地震", "洪水", "台风", "泥石流", "山火"};

static const struct demo_slot slots[] = {{DEMO_SLOT(name)}, {DEMO_SLOT(food)},  {DEMO_SLOT(place)}, {DEMO_SLOT(thing)},
                                         {DEMO_SLOT(team)}, {DEMO_SLOT(day)},   {DEMO_SLOT(mood)},  {DEMO_SLOT(pet)},
                                         {DEMO_SLOT(n)},    {DEMO_SLOT(price)}, {DEMO_SLOT(money)}, {DEMO_SLOT(host)},
                                         {DEMO_SLOT(app)},  {DEMO_SLOT(harm)}};

static const char *const openers[] = {"哈哈，",          "说个事，",   "求助：",     "更新：",        "真的，",
                                      "早上好！",        "不懂就问，", "小确幸：",   "第{n}天打卡：", "转自{name}：",
                                      "在{place}发帖，", "随手一记：", "刚刚听说，", "朋友们，"};

static const char *const ordinary[] = {
    /* 闲聊 */
    "{name}带了{food}来，整个办公室安静了{n}分钟。",
    "和{name}去了{place}，{mood}。",
    "家里的{pet}把{thing}撞倒了，还一脸得意。",
    "{day}的晚霞拍出来{mood}，没加滤镜。",
    "{name}迷上了做{food}，我已经连吃{n}天了。",
    "楼上{day}又在练琴，{mood}。",
    "跟{name}认识{n}年了，每次见面还是为{food}吵架。",
    "给{pet}买了新窝，它偏要睡旁边的纸箱。",
    "{name}的生日，大家一起在{place}吃{food}，{mood}。",
    /* 提问 */
    "请问{place}{day}开门吗？",
    "{food}要炖多久才入味？我炖了{n}个小时还是不行。",
    "出门{n}天，{pet}一个在家行不行？",
    "{thing}坏了，{place}附近有没有能修的？",
    "花{price}块买个二手{thing}，贵不贵？",
    "从{place}走到地铁要{n}分钟，有没有近路？",
    "有没有人一起{day}去{place}？缺{n}个人。",
    /* 买卖 */
    "出一个{thing}，九成新，{price}元，{place}自提。",
    "求购{thing}，{price}以内，{day}可以自己去拿。",
    "{place}门口的{food}涨到{price}了，还是排了{n}个人。",
    "搬家清东西，{thing}免费送，{day}来{place}拿。",
    "{name}的店打折，{thing}只要{price}，质量{mood}。",
    /* 体育 */
    "{team}{day}输了{n}个球，裁判{mood}。",
    "{team}对{team}，加时{n}分钟才分出胜负，嗓子都喊哑了。",
    "{name}第一次跑完全程，用了{price}分钟，晚上奖励自己一顿{food}。",
    "{team}的训练改到{day}，自带水和球拍。",
    /* 美食 */
    "学着{name}做{food}，盐放多了，{mood}。",
    "{place}那家{food}，{price}一份，{mood}。",
    "外卖的{food}洒了一半，商家给重做了一份，点赞。",
    "{food}到底放不放香菜？{name}说放，我说不放。",
    /* 新闻体 */
    "{place}附近的路{day}开始封闭施工，预计{n}周。",
    "社区在{place}办了旧物交换会，来了{price}多人，换出去最多的是{thing}。",
    "志愿者{day}清理了{place}的河道，捞上来一个{thing}。",
    "本市{n}所学校{day}起调整作息，早上晚到半小时。",
    "法院判了，那个卖假{thing}的团伙主犯被判{n}年。",
    "{harm}过后，{name}开车往返{n}趟送水送{food}。",
    "单位给{harm}受灾的群众捐款，统一交给红十字会，一共{money}元。",
    /* 日常：钱、快递、账户，和诈骗用同样的词 */
    "工资{day}到账，先存{money}，剩下的吃{food}。",
    "快递在{place}放了{n}天，打电话没人接。",
    "快递里的{thing}破了，卖家二话没说补发了一个。",
    "密码输错{n}次，账号锁到{day}，只能干等。",
    "在{place}找了份兼职，一天{price}，管饭，有{food}。",
    "基金又跌了，{name}劝我别看了。",
    "把钱还给{name}了，借了{n}个月，心里踏实。",
    "年会抽奖，{name}抽中{thing}，我抽中一袋洗衣粉。",
    "银行卡消磁了，去柜台排了{n}个号才换好。",
    "房贷还剩{n}年，{name}说快了快了。",
    "助记词抄在纸上锁抽屉里了，{name}说这样最稳。",
    /* 提醒 */
    "有人冒充银行给{name}打电话，{name}挂了电话自己打官方热线核实，这才对。",
    "提醒家里老人：天上不会掉{thing}，没参加的抽奖不会中。",
    "凡是先交钱再上班的，{name}亏过{money}，别信。",
    "社区{day}在{place}讲防诈骗，带爸妈去听听。",
    "再说一遍，短信里的数字谁要都别给。{name}就是没忍住。",
    "网上认识{n}天就劝你投钱的人，拉黑就对了。",
};

static const char *const closers[] = {
    "有同感的吗？",     "值得。",   "{name}可以作证。", "{day}再更。",       "这一周啊。",      "图{day}补上。",
    "先去吃{food}了。", "就这样。", "不信问{name}。",   "在{place}等你们。", "\xF0\x9F\x98\x82"};

static const struct demo_harmful harmful[] = {
    {.rule = "scams_zh.safe-account", .text = "我是警官，您的身份被冒用，请立即把存款转到安全账户，{day}核实后退还。"},
    {.rule = "scams_zh.safe-account", .text = "案件保密，您名下的资金需要清查，先转账{money}到指定卡号。"},
    {.rule = "scams_zh.fake-police", .text = "你名下的电话卡涉嫌诈骗案件，请配合调查并保密，{day}前加我{app}做笔录。"},
    {.rule = "scams_zh.fake-police", .text = "您的通缉令已经下发，缴纳{money}保证金可以先办取保。"},
    {.rule = "scams_zh.fake-service", .text = "您好，您的包裹丢失，现在给您双倍理赔{price}元，请添加售后{app}。"},
    {.rule = "scams_zh.cancel-service", .text = "帮您注销校园贷账户，否则影响征信，请在{day}之前按我说的操作。"},
    {.rule = "scams_zh.click-farm", .text = "在家兼职，给视频点赞，日结{money}，想做的加{app}找{name}。"},
    {.rule = "scams_zh.click-farm", .text = "这组任务先充值{money}，系统马上返佣，{n}单做完导师在群里结账。"},
    {.rule = "scams_zh.investment", .text = "跟着{name}，老师带单，上周盈利{money}，名额还有{n}个，私信我。"},
    {.rule = "scams_zh.investment", .text = "稳赚不赔的项目，注册平台送{price}体验金，{day}截止。"},
    {.rule = "scams_zh.loan-anyone", .text = "不看征信，黑户也能下款，{n}分钟到账，急用钱加{app}。"},
    {.rule = "scams_zh.loan-fee", .text = "您的贷款{money}已批，卡号填错被冻结，需缴纳解冻费才能放款。"},
    {.rule = "scams_zh.account-lapse", .text = "尊敬的客户，您的手机银行{day}失效，请点击 {host} 重新认证。"},
    {.rule = "scams_zh.points", .text = "您的账户积分可兑换现金{price}元，{day}前登录网址 {host} 领取。"},
    {.rule = "scams_zh.prize", .text = "恭喜您被抽中为幸运观众，奖金{money}元，请登录网址 {host} 并预交手续费。"},
    {.rule = "scams_zh.prize", .text = "免费领手机，付{price}元邮费就行，限{price}名，加{app}登记。"},
    {.rule = "scams_zh.one-time-code", .text = "我是平台客服，请把手机收到的六位验证码报给我，帮您退{money}元。"},
    {.rule = "scams_zh.one-time-code", .text = "在吗？{name}的号登不上，帮我收个验证码，收到发给我。"},
    {.rule = "scams_zh.acquaintance", .text = "妈，手机进水了，这是同学的号，老师催费，你先转{money}到这张卡上。"},
    {.rule = "scams_zh.acquaintance", .text = "我是你们张总，在开会不方便接电话，你先垫付{money}货款，{day}还你。"},
    {.rule = "scams_zh.seed-phrase", .text = "钱包要升级，请在 {host} 输入您的助记词完成验证，{day}前不做会被冻结。"},
    {.rule = "scams_zh.account-rental", .text = "长期收银行卡和对公账户，一套{money}，日结，加我{app}。"},
    {.rule = "scams_zh.account-rental", .text = "跑分招人，佣金日结{price}，{name}带你。"},
    {.rule = "scams_zh.romance", .text = "亲爱的，我在这个平台赚了{money}，你也充点进去，{day}我教你。"},
    {.rule = "scams_zh.romance", .text = "为了我们的未来，你再往里面入金{money}，{day}一起提出来。"},
    {.rule = "scams_zh.donation", .text = "{harm}之后好多孩子挨冻，大家捐一点，直接扫我的收款码，{day}我送过去。"},
    {.rule = "spam_zh.follow-exchange", .text = "新号互关，有关必回，绝不取关，{day}来一个回一个。"},
    {.rule = "spam_zh.fake-followers", .text = "真人粉丝一千只要{price}元，秒到不掉，需要的加{app}。"},
    {.rule = "impersonation.protected-name-zh",
     .text = "您的账号{day}有{n}条违规，请等待处理。",
     .author_name = "示例社区官方客服"},
    {.rule = "impersonation.false-staff-zh",
     .text = "你好，我是经侦大队的民警，请把存款{money}转到指定账户清查，不得外传。"},
    {.rule = "health.cure-sold-zh", .text = "苗家秘制药酒，类风湿骨病喝{n}个疗程断根，想要的加{app}。"},
    {.rule = "health.stop-treatment-zh", .text = "别再吃降压药了，我们的草本茶一个月就稳，一盒{price}。"},
    {.rule = "products.forged-documents-zh", .text = "办证刻章，毕业证学位证都能做，{day}可取，电话{app}同号。"},
    {.rule = "products.counterfeits-zh", .text = "复刻名表，细节一比一，支持验货，{price}起，{app}看图。"},
    {.rule = "personal_data.phone-of-person-zh",
     .text = "就是这个渣男{name}，他的手机号是13077007700，大家都去问问他。",
     .is_shape = true},
    {.rule = "secrets.login-zh",
     .text = "视频会员共享，账号mara7700 密码kitten77，{day}到期，先到先得。",
     .is_shape = true},
    {.rule = "minors.age-and-channel-zh", .text = "小妹妹读几年级呀，真可爱，加个{app}我们单独聊。"},
    {.rule = "minors.secret-zh", .text = "今天聊的都是我俩的秘密，你妈知道了会没收手机，{day}再聊。"},
    {.rule = "self_harm.farewell-zh", .text = "当你看到这条的时候，我已经走了，狗麻烦留给{name}。"},
    {.rule = "self_harm.asks-for-ways-zh", .text = "在{place}坐了{n}个小时，请问有没有不疼的死法。"},
    {.rule = "exploitation.dares-for-gifts-zh", .text = "送一个火箭，他就扇自己耳光，老铁们{day}刷起来。"},
    {.rule = "exploitation.animals-for-gifts-zh", .text = "家人们刷够{price}个礼物，这只小狗才放出笼子。"},
};

const struct demo_language demo_chinese = {
    .lang = "zh",
    .space = "",
    .openers = {DEMO_LIST(openers)},
    .ordinary = {DEMO_LIST(ordinary)},
    .closers = {DEMO_LIST(closers)},
    .harmful = harmful,
    .harmful_count = DEMO_COUNT(harmful),
    .slots = slots,
    .slot_count = DEMO_COUNT(slots),
};
