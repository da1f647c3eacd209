#include "cli/json_lines_reader.hpp"

namespace mkdb::cli {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r";
    auto const first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

} // namespace

result<reading> json_lines_reader::next() {
    for (;;) {
        MKDB_TRY_ASSIGN(auto const line, lines_.next());
        if (!line) {
            return reading(end_of_records());
        }
        if (line->too_long) {
            return reading(refused_line{line->number, too_large("the line", lines_.limit())});
        }
        if (auto const text = trimmed(line->text); !text.empty()) {
            return reading(raw_record{line->number, text});
        }
    }
}

} // namespace mkdb::cli
