#include "cli/json_output.hpp"

#include "cli/terminal.hpp"
#include "config/json_text.hpp"

#include <mkdb/document/write.hpp>

#include <fmt/format.h>

namespace mkdb::cli {

void print_json(boost::json::value const& value, bool compact) {
    bool const for_people = !compact && is_terminal(stdout);
    fmt::print("{}", for_people ? server::pretty_json(value) : document::to_json(value) + "\n");
    std::fflush(stdout);
}

} // namespace mkdb::cli
