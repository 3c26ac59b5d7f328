"""A queue that is emptied from its front: a list, or a deque. Each call empties a queue of its own, made outside the clock.

breakeven compare queues.py:of_list queues.py:of_deque --input queues.py:make -n 10,100,1000,10000 --fresh
"""

from collections import deque


def make(n, rng):
    return list(range(n)), deque(range(n))


def of_list(items, _):
    return [items.pop(0) for _ in range(len(items))]


def of_deque(_, items):
    return [items.popleft() for _ in range(len(items))]
