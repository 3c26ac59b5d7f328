# The C++ of the repository that the slides came from.

from breakeven_cpp_talk_as_published import standard_dev as standard_deviation
