#pragma once

#include <mkdb/core/result.hpp>

#include <cstddef>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// What depends on whether a person sits in front.
namespace mkdb::cli {

[[nodiscard]] bool is_terminal(std::FILE* stream);

/// Columns of the terminal behind `stream`; 80 when it does not say.
[[nodiscard]] std::size_t terminal_width(std::FILE* stream);

/// Puts text on the terminal behind `stream` at once; empty when there is none.
[[nodiscard]] std::function<void(std::string_view)> terminal_writer(std::FILE* stream);

/// Asks on the controlling terminal, without echo; none when there is no terminal.
[[nodiscard]] std::optional<std::string> ask_secret(std::string_view question);

/// Asks until the same was given twice in a row, or nothing the first time.
[[nodiscard]] std::optional<std::string> ask_new_secret(std::string_view question);

/// The first line of standard input, without its end.
[[nodiscard]] result<std::string> read_secret_from_stdin();

/// A variable of the environment that is set and not empty.
[[nodiscard]] std::optional<std::string> environment_variable(char const* name);

} // namespace mkdb::cli
