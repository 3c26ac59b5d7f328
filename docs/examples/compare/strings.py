"""One text of many words: added word by word, or joined at once.

breakeven compare strings.py:added strings.py:joined --input strings.py:make -n 2,10,100,1000
"""


def make(n, rng):
    return ["word %d" % number for number in range(n)]


def added(words):
    text = ""
    for word in words:
        text += word + " "
    return text[:-1]


def joined(words):
    return " ".join(words)
