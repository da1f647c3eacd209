#include "cli/outcome.hpp"

#include <fmt/core.h>

#include <cstdio>

namespace mkdb::cli {

void complain(std::string_view sentence) { fmt::print(stderr, "mkdb: {}\n", sentence); }

int misused(std::string_view sentence) {
    complain(sentence);
    return wrong_usage;
}

int exit_status(outcome const& ended) {
    if (ended) {
        return *ended;
    }
    complain(ended.error().message);
    return failed;
}

int with_output_written(int status) {
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) {
        return status;
    }
    complain("standard output could not be written: is its disk full?");
    return failed;
}

} // namespace mkdb::cli
