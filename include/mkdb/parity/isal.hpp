#pragma once

#include <mkdb/parity/basic_reed_solomon.hpp>
#include <mkdb/parity/detail/isal_sums.hpp>

namespace mkdb::parity {

/// Reed-Solomon by Intel's ISA-L: the bytes of `reed_solomon` and its name for them, so that either reads the other's.
/// Needs the component `isal` of the package, whose target `mkdb::isal` brings the library.
using isal = basic_reed_solomon<detail::isal_sums>;
static_assert(parity_codec<isal>);

} // namespace mkdb::parity
