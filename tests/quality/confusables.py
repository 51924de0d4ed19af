"""Letters that look like Latin ones: a choice from Unicode's confusables (UTS #39), written by hand.

Only letters whose prototype is the Latin letter itself, so that the word still reads the same to whoever follows UTS #39. Not among them:
Cyrillic U+0406 and Greek U+0399, whose prototype is `l` (one class with `I` and `1`), those that merely resemble in lower case (Cyrillic
U+043A, U+043C, U+0442, Greek U+03BA, U+03C4, U+03C9), and mathematical `m` and `I`, whose prototypes are `rn` and `l`. test_obfuscate.py
asks weir about each of them.
"""

# Cyrillic and Greek. The capital ones look like capitals only.
LETTERS = {
    "a": "аα", "b": "Ь", "c": "сϲ", "d": "ԁ", "e": "еҽ", "h": "һ", "i": "іι", "j": "јϳ", "o": "оοσ", "p": "рρϱ", "q": "ԛ", "r": "г",
    "s": "ѕ", "u": "υ", "v": "νѵ", "w": "ԝѡ", "x": "х", "y": "уγү", "A": "АΑ", "B": "ВΒ", "C": "СϹ", "E": "ЕΕ", "G": "Ԍ", "H": "НΗ",
    "J": "ЈͿ", "K": "КΚ", "M": "МΜϺ", "N": "Ν", "O": "ОΟ", "P": "РΡ", "S": "Ѕ", "T": "ТΤ", "V": "Ѵ", "W": "Ԝ", "X": "ХΧ", "Y": "ҮΥУϒ",
    "Z": "Ζ", "F": "Ϝ",
}

# Mathematical alphanumeric symbols without holes in their alphabets: bold, sans-serif, monospace. NFKC undoes them.
ALPHABETS = (0x1D400, 0x1D5A0, 0x1D670)  # capital A; small a is 26 further


def mathematical(letter, alphabet):
    """An ASCII letter in such an alphabet; `m` and `I` as they are."""
    if letter in "mI":
        return letter
    return chr(alphabet + ord(letter.lower()) - ord("a") + (26 if letter.islower() else 0))
