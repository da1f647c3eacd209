#include "cli/outcome.hpp"

#include <fmt/core.h>

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

} // namespace mkdb::cli
