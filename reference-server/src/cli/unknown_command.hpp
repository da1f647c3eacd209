#pragma once

#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace mkdb::cli {

struct unknown_word {
    std::string sentence;
    bool is_near = false; ///< To a command, which it was probably meant to be.
};

/// The first word of what `app` parsed, or failed to parse, when it stands in the place of a command or of a directory
/// and is neither. It may still name a directory that is to be made.
[[nodiscard]] std::optional<unknown_word> unknown_command(CLI::App const& app);

} // namespace mkdb::cli
