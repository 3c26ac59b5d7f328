# The talk's C++ in place of its Python function.

from breakeven_cpp_talk import standard_dev as standard_deviation
