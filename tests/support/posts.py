#!/usr/bin/env python3
"""Writes sample posts as NDJSON, or as KEY<tab>JSON for kcat -K, the same for the same seed.

Exactly one post of each hundred holds a needle of packs/needles.yaml; others hold things that look like one. Which of them
it is follows from the seed alone (needle_at), so that tests/support/flags.py knows what must be found without having seen it.
"""
import argparse
import json
import random
import sys
import time

# (the text as it is written, what it folds to contains the needle)
NEEDLES = [
    "copper lantern voucher", "Copper  LANTERN\tVoucher", "ｃｏｐｐｅｒ lantern voucher", "copper lan\u200btern voucher",
    "send the harbour deposit", "SEND THE HARBOUR DEPOSIT", "déposez la caution bleue", "蓝色灯笼押金", "синий залог гавани",
    "release code 402817", "Release Code 119203",
]
NEAR_MISSES = [
    "copper lantern vouchers", "a lantern of copper, no voucher", "harbour deposit", "release code 4028", "release code 40281799",
    "蓝色的灯笼", "залог гавани", "la caution est bleue",
]
SENTENCES = {
    "en": (
        ["My neighbour", "The night bus", "Our reading group", "A friend from work", "The corner bakery", "My old laptop",
         "The choir", "Grandma", "This recipe", "The new tram line"],
        ["finally fixed", "forgot about", "is looking for", "laughed at", "wrote three pages on", "cannot stop praising",
         "got lost near", "painted", "recommends", "arrived late because of"],
        ["the green bicycle", "a very small garden", "the library's back door", "someone's umbrella", "the first snow",
         "half a kilo of plums", "the 7:15 to the coast", "a song from 1974", "the museum café", "two tired dogs"],
        ["and nobody minded.", "so we stayed for tea.", "which was a surprise 😀", "– again!", "(photos tomorrow).",
         "before the rain came.", "and it cost next to nothing.", "#weekend", "if you believe it.", "… long story."],
        " "),
    "fr": (
        ["Ma sœur", "Le marché", "Notre équipe", "Le vieux phare"],
        ["a retrouvé", "prépare", "n’oublie jamais", "préfère"],
        ["les clés du grenier", "un gâteau aux pêches", "la fête d’été", "le chemin côtier"],
        ["et c’était très bien.", "à midi.", "malgré la pluie !", "comme d’habitude."],
        " "),
    "zh": (
        ["我家的猫", "昨天的会议", "隔壁的老师", "这本小说"],
        ["终于找到了", "一直喜欢", "突然想起", "认真研究"],
        ["窗边的花", "周末的早市", "一张旧照片", "山上的小路"],
        ["，大家都很高兴。", "，真不错！", "，下次再说吧。", "，还拍了照片。"],
        ""),
    "ru": (
        ["Моя бабушка", "Наш сосед", "Старый трамвай", "Книжный клуб"],
        ["опять ищет", "починил", "обсуждает", "забыл про"],
        ["зелёный велосипед", "рецепт пирога", "утренний поезд", "тёплый шарф"],
        ["и очень рад.", "до самого вечера.", "— вот и всё.", "без спешки."],
        " "),
}
LANGUAGES = ["en"] * 14 + ["zh"] * 3 + ["fr"] * 2 + ["ru"]
TEXT_LENGTH = (60, 190)  # code points; with the other fields a post is about 300 bytes


def needle_at(seed, block):
    """The place, 0 to 99, of the one matching post of posts [100 * block, 100 * block + 100)."""
    return random.Random(f"{seed}/{block}").randrange(100)


def needle_indices(seed, count):
    """Indices of all matching posts among the first `count`, a multiple of 100."""
    return [100 * block + needle_at(seed, block) for block in range(count // 100)]


def post_id(seed, index):
    return f"s{seed}-{index:07d}"


def make_text(rng, lang):
    subjects, verbs, objects, endings, space = SENTENCES[lang]
    goal = rng.randint(*TEXT_LENGTH) // (3 if lang == "zh" else 1)
    text = ""
    while len(text) < goal:
        text += (" " if text and space else "") + rng.choice(subjects) + space + rng.choice(verbs) + space
        text += rng.choice(objects) + (space if endings[0][0] != "，" else "") + rng.choice(endings)
    return text


def hide(rng, text, phrase):
    """`phrase` as words of their own somewhere in the text."""
    words = text.split(" ")
    at = rng.randint(0, len(words))
    return " ".join(words[:at] + [phrase] + words[at:])


def encoded_body(rng, phrase=None):
    """The end of a post, from its language on: built once, used for many posts."""
    lang = rng.choice(LANGUAGES)
    text = make_text(rng, lang)
    if phrase:
        text = hide(rng, text, phrase)
    body = {"lang": lang, "title": make_text(rng, lang)[:24].strip(), "text": text}
    if rng.random() < 0.7:
        del body["title"]
    # Some producers escape what is not ASCII, others do not.
    return json.dumps(body, ensure_ascii=rng.random() < 0.1, separators=(",", ":"))[1:]


def blocks(seed, first, count, keyed):
    """The posts, encoded, a hundred at a time."""
    rng = random.Random(f"{seed}/bodies")
    plain = [encoded_body(rng) for _ in range(4000)] + [encoded_body(rng, rng.choice(NEAR_MISSES)) for _ in range(200)]
    needles = [encoded_body(rng, phrase) for phrase in NEEDLES for _ in range(20)]
    rng = random.Random(f"{seed}/{first}")
    for start in range(first, first + count, 100):
        place = needle_at(seed, start // 100)
        lines = []
        for index in range(start, start + 100):
            body = rng.choice(needles if index - start == place else plain)
            ident = post_id(seed, index)
            line = (f'{{"id":"{ident}","author":{{"id":"u{index % 9973}","name":"user {index % 9973}"}},'
                    f'"created_at":"2026-03-{1 + index % 28:02d}T08:{index // 60 % 60:02d}:{index % 60:02d}Z",{body}\n')
            lines.append(f"{ident}\t{line}" if keyed else line)
        yield "".join(lines).encode()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, required=True, help="how many posts, a multiple of 100")
    parser.add_argument("--first", type=int, default=0, help="index of the first, a multiple of 100 (default 0)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keyed", action="store_true", help="KEY<tab>JSON, the key being the post's id")
    parser.add_argument("--seconds", type=float, default=0, help="spread them over about so much time (default: at once)")
    arguments = parser.parse_args()
    if arguments.count % 100 or arguments.first % 100:
        parser.error("--count and --first must be multiples of 100")
    out = sys.stdout.buffer
    begin = time.monotonic()
    for number, block in enumerate(blocks(arguments.seed, arguments.first, arguments.count, arguments.keyed)):
        if arguments.seconds:
            wait = begin + arguments.seconds * number * 100 / arguments.count - time.monotonic()
            if wait > 0:
                out.flush()
                time.sleep(wait)
        out.write(block)
    out.flush()


if __name__ == "__main__":
    main()
