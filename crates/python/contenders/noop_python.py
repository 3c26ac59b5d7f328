def control(window, ddof):
    def f(x):
        return None

    return f
