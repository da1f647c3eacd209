#pragma once

#include <mkdb/parity/basic_reed_solomon.hpp>
#include <mkdb/parity/detail/fastest_sums.hpp>

namespace mkdb::parity {

/// Reed-Solomon that needs no library: by GFNI and AVX-512, by AVX2 or in plain C++, whichever is the best that the
/// processor has. The bytes are the same.
using reed_solomon = basic_reed_solomon<detail::fastest_sums>;
static_assert(parity_codec<reed_solomon>);

} // namespace mkdb::parity
