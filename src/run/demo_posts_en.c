/* Sample posts in English: made up, none copied from anywhere. Ordinary ones talk about money, prizes, parcels and
 * codes too, and warn of scams, because that is what a filter must leave alone. */
#include "demo_posts.h"

static const char *const name[] = {"Ada",   "Ben",   "Cleo", "Dario", "Elif", "Femi", "Greta", "Hugo",  "Ines",
                                   "Jonas", "Kofi",  "Lena", "Maya",  "Nils", "Olga", "Priya", "Quinn", "Rosa",
                                   "Sami",  "Tariq", "Uma",  "Viola", "Wes",  "Yara", "Zeno"};
static const char *const food[] = {"lentil soup",    "dumplings",        "a rhubarb pie", "fried rice",
                                   "shakshuka",      "potato salad",     "miso noodles",  "a lemon cake",
                                   "tacos",          "mushroom risotto", "sourdough",     "banana bread",
                                   "chickpea curry", "pancakes",         "a tomato tart", "roast cauliflower"};
static const char *const place[] = {"the harbour",     "the old mill",    "the botanical garden", "the night market",
                                    "the library",     "the lido",        "the castle",           "the bus station",
                                    "the allotments",  "the observatory", "the ice rink",         "the ferry",
                                    "the flea market", "the climbing gym"};
static const char *const thing[] = {"a road bike",     "a sewing machine", "a record player", "a pair of skis",
                                    "a desk lamp",     "a tent",           "a piano stool",   "a food mixer",
                                    "a box of comics", "a fish tank",      "a garden bench",  "a typewriter",
                                    "a telescope",     "an oak table",     "a rucksack",      "a child seat"};
static const char *const team[] = {"the Otters",        "the Harbour Boys", "the Night Owls", "Riverside",
                                   "the under-twelves", "the Comets",       "Eastgate",       "the Foxes",
                                   "the Gulls",         "our second team",  "the Lanterns"};
static const char *const day[] = {"on Monday",   "on Tuesday", "on Wednesday", "on Thursday", "on Friday",
                                  "on Saturday", "on Sunday",  "this evening", "tomorrow",    "next week"};
static const char *const mood[] = {
    "brilliant",      "a bit odd",  "far too loud", "lovely",    "not what I expected",
    "worth the walk", "overpriced", "charming",     "very cold", "better than last year"};
static const char *const pet[] = {"the cat",        "our dog", "the tortoise", "my parrot", "the neighbour's goat",
                                  "our old rabbit", "the hen", "the puppy"};
static const char *const job[] = {"bakery", "bike shop", "swimming pool", "nursery",     "print shop",
                                  "farm",   "museum",    "cafe",          "post office", "vet"};
static const char *const n[] = {"two", "three", "four", "five", "six", "seven", "eight", "nine", "eleven", "a dozen"};
static const char *const price[] = {"12", "18", "25", "30", "45", "60", "75", "80", "95", "110", "140", "220"};
static const char *const money[] = {"180", "240", "300", "350", "420", "500", "650", "780", "850", "900", "990"};
static const char *const fortune[] = {"4", "7", "9", "12", "18", "25", "31"};
static const char *const percent[] = {"8", "12", "15", "20", "25", "40"};
static const char *const app[] = {"WhatsApp", "Telegram"};
static const char *const host[] = {"parcel-help.example", "secure-page.example", "my-refund.example",
                                   "login-check.example", "claim-now.example"};
static const char *const act[] = {"liking videos", "rating hotels", "reviewing shops", "watching videos",
                                  "doing simple tasks"};
static const char *const harm[] = {"flood", "earthquake", "wildfire", "hurricane", "landslide"};

static const struct demo_slot slots[] = {
    {DEMO_SLOT(name)},  {DEMO_SLOT(food)},  {DEMO_SLOT(place)},   {DEMO_SLOT(thing)},   {DEMO_SLOT(team)},
    {DEMO_SLOT(day)},   {DEMO_SLOT(mood)},  {DEMO_SLOT(pet)},     {DEMO_SLOT(job)},     {DEMO_SLOT(n)},
    {DEMO_SLOT(price)}, {DEMO_SLOT(money)}, {DEMO_SLOT(fortune)}, {DEMO_SLOT(percent)}, {DEMO_SLOT(app)},
    {DEMO_SLOT(host)},  {DEMO_SLOT(act)},   {DEMO_SLOT(harm)}};

static const char *const openers[] = {"Honestly,",
                                      "Question for the group:",
                                      "Small victory:",
                                      "Good morning,",
                                      "Update:",
                                      "Not sure why, but",
                                      "A friend told me:",
                                      "For once,",
                                      "Day {n} of my holiday:",
                                      "Sunday thoughts:",
                                      "To whoever needs it:",
                                      "{name} says:",
                                      "Overheard at {place}:",
                                      "Quick one:",
                                      "Dear neighbours,"};

static const char *const ordinary[] = {
    /* small talk */
    "{name} brought {food} to work and the whole floor went quiet for {n} minutes.",
    "we walked to {place} with {name} and it was {mood}.",
    "{pet} knocked {thing} off the shelf and looked proud of it.",
    "the rain at {place} was so loud that {name} had to shout the whole way home.",
    "I have started to knit {name} a scarf and it is already {mood}.",
    "{name} and I have been friends for {n} years and still argue about {food}.",
    "{pet} has a new bed and sleeps next to it.",
    "my neighbour plays the trumpet {day}, and it is {mood}.",
    "{name} turned {price} today and asked for {food} instead of a cake.",
    "the sunset over {place} {day} was {mood}, no filter needed.",
    /* questions */
    "does anyone know if {place} is open {day}?",
    "how long do you cook {food} when it comes straight from the freezer?",
    "what do I feed {pet} while {name} is away for {n} days?",
    "can you take {thing} on the night train, or is it too big?",
    "which is quieter, the early bus or the one {name} takes {day}?",
    "is {price} a fair price for {thing} with a few scratches?",
    "who fixes {thing} around here for less than a new one costs?",
    "has anyone grown tomatoes near {place}? Mine are {mood}.",
    /* sales */
    "selling {thing}, hardly used, {price} or swap for {food}. Collect near {place}.",
    "giving away {thing} to a good home, first come first served, {day} at {place}.",
    "looking for {thing} for my son, up to {price}, can pick it up {day}.",
    "the flea market at {place} has {thing} for {price}, go before {name} does.",
    "{name} lowered the price of {thing} to {price}, and I am tempted.",
    /* sport */
    "{team} lost by {n} points {day}, and the referee was {mood}.",
    "{team} against {team}: ninety minutes, {n} corners, one goal. My voice is gone.",
    "{name} ran her first ten kilometres at {place}, {price} minutes, and then ate {food}.",
    "training with {team} is moved to {day}, bring water and {n} balls.",
    "can {team} please sign a goalkeeper before {name} volunteers again?",
    "we won the quiz against {team} and the prize was {food}.",
    /* food */
    "made {food} with {name}, used {n} eggs too many, still {mood}.",
    "the stall at {place} sells {food} for {price} and the queue is {n} people long.",
    "never trust {name} with {food}. Never.",
    "{food} with too much garlic is a myth, there is no such amount.",
    "recipe for {food}: {n} onions, patience, and keep {pet} out of the kitchen.",
    /* news-like */
    "The council will close the road by {place} {day} for repairs that take {n} weeks.",
    "A school near {place} has planted {price} trees, one for every pupil who left last year.",
    "The {job} on the corner closes after {price} years. {name} worked there for {n} of them.",
    "Volunteers cleaned the river by {place} {day} and found {thing}.",
    "A court has sent a man to prison for {n} years for selling flats that did not exist.",
    "The central bank left rates alone {day}, and my savings account yawned.",
    "Police arrested {n} people at {place} over stolen bikes.",
    "After the {harm} the {job} gave out {food} for {n} days, and {name} drove the van.",
    "Our street collected {money} for families hit by the {harm}, handed over at the town hall {day}.",
    /* money, work, parcels, accounts: ordinary life that shares its words with scams */
    "the {job} pays {price} a shift and you can take {food} home.",
    "new job at the {job} from Monday! {name} put in a word for me.",
    "my parcel with {thing} has been at {place} for {n} days.",
    "the courier left {thing} with {pet}. Delivered, they say.",
    "I forgot my password {n} times {day} and now I am locked out until tomorrow.",
    "the bank sent me a code while {name} was on the phone, so I read it to nobody.",
    "finally got my refund for {thing}, {n} weeks late.",
    "{name} lent me {price} for {food} and I paid it back {day}.",
    "my index fund lost {percent} percent this year and {name} keeps asking about it.",
    "bought {name} a gift card for the {job}, because what else do you give her?",
    "my loan for {thing} is paid off, {n} years, done!",
    "the tax office wants {n} forms for a refund of {price}.",
    "won {thing} in the school raffle, ticket number {price}.",
    "mum has a new phone and sends {n} photos of {pet} a day.",
    /* warnings */
    "Someone called {name} and said they were from the bank. She hung up and rang the number on her card. Do the same.",
    "Reminder: nobody honest asks for your seed phrase. Nobody.",
    "If a job wants money from you before it pays you any, walk away. {name} learned it for {price} euros.",
    "A caller told my {n} colleagues that they had won {thing}. None of them had entered anything.",
    "Our library runs a class about online fraud {day}: how to tell a false shop from a real one.",
    "Tell your parents about the fake parcel texts. Mine got {n} of them {day}.",
    "The police advise: hang up, wait, call back on a number you looked up yourself.",
    "My uncle lost his savings to a trader he had never met. Please talk to yours before {day}.",
};

static const char *const closers[] = {"Any thoughts?",
                                      "Worth it.",
                                      "{name} agrees.",
                                      "More {day}.",
                                      "What a week.",
                                      "Photos {day}!",
                                      "Send help and {food}.",
                                      "That is all.",
                                      "Ask {name} if you do not believe me.",
                                      "Only {n} people noticed.",
                                      "See you at {place}.",
                                      "\xF0\x9F\x98\x82",
                                      "#{job}"};

static const struct demo_harmful harmful[] = {
    {.rule = "scams.safe-account",
     .text =
         "Fraud desk here. Thieves are inside your bank, put everything into a safe account before {price} o'clock."},
    {.rule = "scams.safe-account",
     .text = "Officer {name}: please transfer your savings to a safe account now, we will return them {day}."},
    {.rule = "scams.safe-account",
     .text = "Your bank is under investigation. Wire the funds to the protected account that agent {name} names you."},
    {.rule = "scams.false-authority",
     .text = "Your social security number has been suspended after a crime at {place}. Press 1 for officer {name}."},
    {.rule = "scams.false-authority",
     .text = "A warrant has been issued in your name. Call back now and settle the {money} with officer {name}."},
    {.rule = "scams.one-time-code",
     .text = "Hello, security team. Please read me the 6-digit code you just got so that we can stop a payment of "
             "{money}."},
    {.rule = "scams.one-time-code",
     .text = "Oh no, I accidentally sent my login code to your number, can you forward it to me? {name}"},
    {.rule = "scams.gift-card-payment",
     .text = "You can clear the outstanding tax balance of {money} with gift cards, stay on the line until {name} has "
             "them."},
    {.rule = "scams.gift-card-payment",
     .text =
         "{name} from the board here. Buy {n} gift cards for our clients and text me the codes, I am in a meeting."},
    {.rule = "scams.guaranteed-return",
     .text = "Guaranteed weekly returns of {percent}% on every deposit, ask {name} how."},
    {.rule = "scams.guaranteed-return",
     .text = "Invest ${price} and receive ${money} within 24 hours, our robots never sleep."},
    {.rule = "scams.investment-tout",
     .text = "I made ${money} this week with crypto trading thanks to Mrs {name}, message her on {app}."},
    {.rule = "scams.investment-tout",
     .text = "Join our free {app} group for daily signals with {percent}% a week, {n} seats left."},
    {.rule = "scams.crypto-giveaway",
     .text = "To celebrate, send 0.{price} BTC to the address below and get back twice as much. Ends {day}!"},
    {.rule = "scams.seed-phrase",
     .text =
         "The airdrop ends {day}! Enter your 12-word recovery phrase on the form at {host} to claim {money} coins."},
    {.rule = "scams.seed-phrase", .text = "Wallet error? Validate your wallet with {name} from support at {host}."},
    {.rule = "scams.prize",
     .text = "Congratulations {name}, you have been selected as a winner! To claim {thing} just pay the shipping of "
             "{price}."},
    {.rule = "scams.prize", .text = "Claim your free voucher now at https://{host} before {name} takes it."},
    {.rule = "scams.parcel",
     .text = "Your package could not be delivered {day}. Update your address at https://{host} to avoid its return."},
    {.rule = "scams.parcel", .text = "Your parcel is held at the depot, pay the fee of ${price} by link: {host}"},
    {.rule = "scams.account-phishing",
     .text =
         "Your bank account has been temporarily limited. Verify your identity at https://{host} within {n} hours."},
    {.rule = "scams.account-phishing",
     .text = "We saw unusual activity on your card, please confirm your details by the link {host}"},
    {.rule = "scams.task-job",
     .text = "Earn ${money} a day {act} from your sofa, no experience, contact {name} on {app}."},
    {.rule = "scams.task-job",
     .text = "Please transfer the refundable training fee of {price} today to get your offer letter, then {name} will "
             "call you."},
    {.rule = "scams.money-mule",
     .text =
         "Agents wanted: receive transfers into your own account, keep {percent}% and pass on the rest. Ask {name}."},
    {.rule = "scams.money-mule",
     .text = "Lend us your bank account for {n} weeks, {money} cash paid {day}. Students welcome."},
    {.rule = "scams.advance-fee",
     .text = "I represent a late client who left {fortune} million dollars. Reply with your full name to become his "
             "next of kin, {name}."},
    {.rule = "scams.advance-fee",
     .text =
         "Your compensation fund of {fortune} million is ready, contact our diplomat {name} with the processing fee."},
    {.rule = "scams.loan-fee",
     .text = "Quick loans up to {money}00, no credit check, money in {n} minutes, {app} {name}."},
    {.rule = "scams.loan-fee",
     .text = "Your loan has been approved! Just send the insurance fee of {price} and we release it {day}."},
    {.rule = "scams.romance",
     .text = "My love, I am stranded at {place} after surgery, please send ${money} so that we can meet {day}."},
    {.rule = "scams.new-number",
     .text = "Hi mum, new number, my phone fell in the sink at {place}. Can you pay {money} for me today?"},
    {.rule = "scams.fake-refund",
     .text = "You are entitled to a tax refund of {money}. Enter your card details at {host} before {n} o'clock."},
    {.rule = "scams.tech-support",
     .text = "Your computer has been locked because of a virus. Call our technician {name} toll-free before you lose "
             "it all."},
    {.rule = "scams.tech-support",
     .text = "An order of ${money}.99 for {thing} was placed, if you did not authorize it press 1 to cancel."},
    {.rule = "scams.disaster-donation",
     .text = "Children lost everything in the {harm}. Donate in USDT, wallet address in my bio, {n} families wait."},
    {.rule = "scams.fund-recovery",
     .text = "They recovered my stolen bitcoin in {n} days, contact {name} the hacker on {app}."},
    {.rule = "spam.engagement-bait",
     .text = "Like and share to win a new iPhone! Winners picked {day}, tag {n} friends."},
    {.rule = "spam.fake-followers",
     .text = "Buy real Instagram followers cheap, 1k for ${price}, instant delivery, DM us."},
    {.rule = "spam.chain-letter",
     .text = "Forward this to 15 friends before {day} and something good will happen. Break the chain and you get "
             "seven years of bad luck."},
    {.rule = "calls.vehicle-warranty",
     .text = "Your car warranty is about to expire. This is the last courtesy call, press 1 to renew your cover before "
             "{day}."},
    {.rule = "calls.utility-cut-off",
     .text = "Your electricity will be cut off within the hour because of a missed payment of {money}. Press 1 to pay "
             "now."},
    {.rule = "impersonation.protected-name",
     .text = "We reviewed your page {n} times. {name} from the team will write to you {day}.",
     .author_name = "Examplegram Support"},
    {.rule = "impersonation.credential-private-pay",
     .text = "Licensed doctor here, private consultation for ${price}, text me on {app} and I prescribe the same day."},
    {.rule = "health.stop-treatment", .text = "Stop your insulin! My cinnamon drops do the same, ${price} a bottle."},
    {.rule = "health.slimming-drug",
     .text = "Mounjaro pens in stock, no prescription, delivered {day}. {app} for prices."},
    {.rule = "products.replicas", .text = "First copy watches with box, all models, {n} colours, order on {app}."},
    {.rule = "products.forged-documents", .text = "Fake driver's licenses with holograms, scannable, ${price}, DM me."},
    {.rule = "products.drugs", .text = "Molly and ket in stock, quick drop {day}, hmu on {app}."},
    {.rule = "personal_data.payment-card",
     .text = "The card is 4000 0077 0000 1230, go and buy yourself {thing}.",
     .is_shape = true},
    {.rule = "personal_data.address-of-person",
     .text = "{name} lives at 77 Old Orchard Lane, her phone is 770-077-0077.",
     .is_shape = true},
    {.rule = "secrets.url-with-password",
     .text = "the {job} runs on postgres://app:k1tten77@db.example:5432/shop, works {day} too",
     .is_shape = true},
    {.rule = "secrets.login",
     .text = "Free account! username: {name}77 password: k1tten77 enjoy before they change it {day}",
     .is_shape = true},
    {.rule = "minors.secret", .text = "Do not tell your mum that we chat, she would only worry about {place}."},
    {.rule = "minors.age-and-channel",
     .text = "You are 11? I thought older. What's your snap, we can talk there {day}."},
    {.rule = "self_harm.intent", .text = "I have thought about killing myself since {place} and I am scared."},
    {.rule = "self_harm.farewell",
     .text = "By the time you see this I won't be here anymore. Tell {name} that I loved them."},
    {.rule = "exploitation.suffering-for-gifts",
     .text = "Grandpa has to stand in the snow until we get {money} roses, so send, send!"},
    {.rule = "exploitation.undressing-tool",
     .text = "Undress bot, upload a photo of any girl, first {n} free, link to {app}."},
    {.rule = "spam.premium-text",
     .text = "Win a weekend in the sun! Just txt BEACH to 84999 {day}. 16+ 150p per msg, stop to end."},
    {.rule = "exploitation.animals-for-gifts",
     .text = "The kitten stays in the cage until somebody sends a lion, {n} minutes left."},
};

const struct demo_language demo_english = {
    .lang = "en",
    .space = " ",
    .openers = {DEMO_LIST(openers)},
    .ordinary = {DEMO_LIST(ordinary)},
    .closers = {DEMO_LIST(closers)},
    .harmful = harmful,
    .harmful_count = DEMO_COUNT(harmful),
    .slots = slots,
    .slot_count = DEMO_COUNT(slots),
};
