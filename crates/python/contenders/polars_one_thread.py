# The pool of threads is made with the import, as large as POLARS_MAX_THREADS says.

import polars

if polars.thread_pool_size() != 1:
    raise RuntimeError(f"Polars has {polars.thread_pool_size()} threads here: POLARS_MAX_THREADS is to be 1")
