#pragma once

#include <roaring/roaring.hh>

namespace roaring {} // namespace roaring

namespace mkdb::index {

namespace detail {
using namespace ::roaring;
using bitmap = Roaring;
} // namespace detail

/// A set of rows of one partition: a compressed bitmap.
using row_set = detail::bitmap;

} // namespace mkdb::index
