#include "cli/number_text.hpp"
#include "cli/record_table.hpp"

#include <mkdb/document/utf8.hpp>
#include <mkdb/document/write.hpp>

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

namespace mkdb::cli {
namespace {

constexpr std::size_t readable_column = 12; // Narrower ones are left out instead.
constexpr std::size_t widest_column = 60;
constexpr std::string_view gap = "  ";

struct column {
    std::string name;
    std::vector<std::string> cells;
    std::size_t width = 0;
    bool numbers = true;
};

/// Code points, which is what most terminals give a column to.
std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

bool steers_terminal(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

/// One line that cannot steer the terminal.
std::string cell_text(boost::json::value const& value) {
    auto text = value.is_string() ? std::string(value.get_string()) : document::to_json(value);
    std::ranges::replace_if(text, steers_terminal, ' ');
    return text;
}

std::string cut(std::string text, std::size_t width) {
    if (columns_of(text) <= width) {
        return text;
    }
    std::size_t kept = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        bool const begins = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
        if (begins && kept++ == width - 1) {
            text.resize(at);
            break;
        }
    }
    return text + "…";
}

std::vector<column> columns_of(boost::json::array const& records) {
    std::vector<column> columns;
    for (std::size_t row = 0; row < records.size(); ++row) {
        for (auto const& [name, value] : records[row].get_object()) {
            auto found = std::ranges::find(columns, std::string_view(name), &column::name);
            if (found == columns.end()) {
                columns.push_back({.name = std::string(name), .cells = {}});
                found = columns.end() - 1;
            }
            found->cells.resize(row);
            found->cells.push_back(cell_text(value));
            found->numbers = found->numbers && value.is_number();
        }
    }
    for (auto& each : columns) {
        each.cells.resize(records.size());
        each.width = columns_of(each.name);
        for (auto const& cell : each.cells) {
            each.width = std::max(each.width, columns_of(cell));
        }
        each.width = std::min(each.width, widest_column);
    }
    return columns;
}

std::size_t total_width(std::vector<column> const& columns, std::size_t most_each) {
    std::size_t sum = columns.empty() ? 0 : (columns.size() - 1) * gap.size();
    for (auto const& each : columns) {
        sum += std::min(each.width, most_each);
    }
    return sum;
}

/// Leaves out the last columns that there is no room for, and narrows the widest of the others.
void fit(std::vector<column>& columns, std::size_t width) {
    while (columns.size() > 1 && total_width(columns, readable_column) > width) {
        columns.pop_back();
    }
    while (total_width(columns, widest_column) > width && !columns.empty()) {
        auto const widest = std::ranges::max_element(columns, {}, &column::width);
        if (widest->width <= 1) {
            return;
        }
        --widest->width;
    }
}

void append_cell(std::string& line, column const& where, std::string const& text, bool last) {
    auto const shown = cut(text, where.width);
    std::string const padding(where.width - std::min(where.width, columns_of(shown)), ' ');
    line += where.numbers ? padding + shown : last ? shown : shown + padding;
    line += last ? std::string_view("\n") : gap;
}

std::string table(boost::json::array const& records, std::size_t width) {
    auto columns = columns_of(records);
    auto const fields = columns.size();
    fit(columns, width);
    std::string text;
    for (std::size_t at = 0; at < columns.size(); ++at) {
        append_cell(text, columns[at], columns[at].name, at + 1 == columns.size());
    }
    for (std::size_t row = 0; row < records.size(); ++row) {
        for (std::size_t at = 0; at < columns.size(); ++at) {
            append_cell(text, columns[at], columns[at].cells[row], at + 1 == columns.size());
        }
    }
    if (fields > columns.size()) {
        text += fmt::format("{} more {} not shown; --json shows all\n", fields - columns.size(),
                            fields == columns.size() + 1 ? "field is" : "fields are");
    }
    return text;
}

std::uint64_t number_member(boost::json::object const& page, std::string_view name) {
    auto const* const value = page.if_contains(name);
    return value != nullptr && value->is_number() ? value->to_number<std::uint64_t>() : 0;
}

/// One word of a command line, whatever is in it.
std::string shell_quoted(std::string_view text) {
    std::string quoted = "'";
    for (char const c : text) {
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return quoted + "'";
}

/// A cursor goes into the next command byte for byte: one that cannot be shown as it is is not shown at all.
std::string way_to_more(boost::json::object const& page) {
    auto const* const cursor = page.if_contains("next_cursor");
    if (cursor == nullptr || !cursor->is_string()) {
        return {};
    }
    std::string_view const text(cursor->get_string());
    return std::ranges::any_of(text, steers_terminal) ? "more: --json shows the next_cursor to give as --cursor\n"
                                                      : fmt::format("more: --cursor {}\n", shell_quoted(text));
}

boost::json::object with_score(boost::json::object const& record, boost::json::value const& score) {
    boost::json::object shown;
    if (auto const* const id = record.if_contains("_id")) {
        shown["_id"] = *id;
    }
    shown["_score"] = score.is_number() ? std::round(score.to_number<double>() * 1000) / 1000 : 0;
    for (auto const& [field, value] : record) {
        shown.emplace(field, value);
    }
    return shown;
}

/// The records of a search with their scores, to three digits, beside their ids.
boost::json::array with_scores(boost::json::array const& records, boost::json::array const& scores) {
    boost::json::array shown;
    for (std::size_t i = 0; i < records.size(); ++i) {
        auto const* const record = records[i].if_object();
        shown.push_back(record != nullptr && i < scores.size() ? with_score(*record, scores[i]) : records[i]);
    }
    return shown;
}

} // namespace

std::string page_text(boost::json::object const& page, std::size_t width) {
    std::string text;
    if (auto const* const records = page.if_contains("records"); records != nullptr && records->is_array()) {
        auto const* const scores = page.if_contains("scores");
        bool const scored = scores != nullptr && scores->is_array();
        text = table(scored ? with_scores(records->get_array(), scores->get_array()) : records->get_array(), width);
    } else if (auto const* const ids = page.if_contains("ids"); ids != nullptr && ids->is_array()) {
        for (auto const& id : ids->get_array()) {
            text += cell_text(id) + "\n";
        }
    }
    return text + grouped(number_member(page, "count")) + " of " + total_text(page) + way_to_more(page);
}

std::string total_text(boost::json::object const& page) {
    auto const all = number_member(page, "total_matches");
    return fmt::format("{} {}\n", grouped(all), all == 1 ? "record" : "records");
}

} // namespace mkdb::cli
