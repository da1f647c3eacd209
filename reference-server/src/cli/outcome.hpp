#pragma once

#include <mkdb/core/result.hpp>

#include <string_view>

/// How a command ends: with an exit status, or with an error that becomes one sentence and `failed`.
namespace mkdb::cli {

inline constexpr int succeeded = 0;
inline constexpr int failed = 1;
inline constexpr int wrong_usage = 2;

using outcome = result<int>;

/// Prints `mkdb: sentence` on standard error.
void complain(std::string_view sentence);

/// Complains about how the program was called. Returns `wrong_usage`.
[[nodiscard]] int misused(std::string_view sentence);

/// The exit status of a command's outcome; an error is printed.
[[nodiscard]] int exit_status(outcome const& ended);

/// `status`, or `failed` with a complaint when something that was printed did not arrive.
[[nodiscard]] int with_output_written(int status);

} // namespace mkdb::cli
