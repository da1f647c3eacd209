#pragma once

#include <mkdb/core/result.hpp>

#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace mkdb::file::detail {

/// The failure of the call that just set `errno`, as "cannot <action> <path>: <reason>".
[[nodiscard]] inline error posix_failure(std::string_view action, std::filesystem::path const& path,
                                         int number = errno) {
    auto const code = number == ENOSPC || number == EDQUOT ? errc::no_space : errc::io;
    std::string sentence = "cannot ";
    sentence.append(action).append(" ").append(path.string()).append(": ");
    return fail(code, sentence.append(std::generic_category().message(number)));
}

/// Repeats a call for as long as signals interrupt it.
template <class Call>
[[nodiscard]] auto uninterrupted(Call const& call) noexcept {
    auto answer = call();
    while (answer < 0 && errno == EINTR) {
        answer = call();
    }
    return answer;
}

} // namespace mkdb::file::detail
