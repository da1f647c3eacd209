#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mkdb::bench::peers {

enum class task_kind { build, ask, judge };

/// What one run of an engine's program is to do.
struct task {
    task_kind kind = task_kind::ask;
    std::filesystem::path directory;
    std::uint64_t documents = 0;
    double seconds = 2; ///< For the questions of one kind, at most, but never fewer than ten questions.
    std::uint64_t seed = 20240601;
    std::vector<std::string> only{}; ///< Kinds; none: all.
};

} // namespace mkdb::bench::peers
