#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::cli {

/// The name that `word` was probably meant to be: a slip or two away, a swap of neighbours counting as one, and fewer
/// than half of its letters. Of equals the first.
[[nodiscard]] std::optional<std::string> nearest_name(std::string_view word, std::vector<std::string> const& names);

} // namespace mkdb::cli
