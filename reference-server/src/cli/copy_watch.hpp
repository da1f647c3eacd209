#pragma once

#include "cli/interrupt.hpp"
#include "cli/progress_bar.hpp"
#include "cli/terminal.hpp"

#include <mkdb/core/result.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::cli {

/// Shows how many bytes were copied or read, and ends that when it is interrupted, with a sentence that says what then
/// is.
class copy_watch {
public:
    copy_watch(bool json, std::string when_interrupted)
        : when_interrupted_(std::move(when_interrupted)), bar_(writer(json), terminal_width(stderr)) {}

    [[nodiscard]] result<> add(std::uint64_t bytes) {
        bytes_ += bytes;
        bar_.show({bytes_ / (1024 * 1024), 0, std::nullopt, "MiB"});
        return interrupted() ? result<>(fail(errc::cancelled, when_interrupted_)) : result<>();
    }

private:
    [[nodiscard]] static progress_bar<>::writer writer(bool json) {
        if (json || !is_terminal(stderr)) {
            return {};
        }
        return [](std::string_view text) {
            fmt::print(stderr, "{}", text);
            std::fflush(stderr);
        };
    }

    std::string when_interrupted_;
    progress_bar<> bar_;
    std::uint64_t bytes_ = 0;
};

} // namespace mkdb::cli
