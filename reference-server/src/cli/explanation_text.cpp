#include "cli/explanation_text.hpp"
#include "cli/wire_client.hpp"

#include <mkdb/document/write.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace mkdb::cli {
namespace {

struct step_line {
    std::string what;
    std::string by;
    std::string estimated;
    std::string actual;
};

std::uint64_t number_at(boost::json::object const& from, std::string_view name) {
    auto const* const value = from.if_contains(name);
    return value != nullptr && value->is_number() ? value->to_number<std::uint64_t>() : 0;
}

std::string what_of(boost::json::object const& step) {
    auto const op = text_member(step, "op");
    if (!step.contains("field")) {
        return std::string(op);
    }
    auto const* const value = step.if_contains("value");
    auto const operand =
        value != nullptr ? document::to_json(*value) : fmt::format("one of {} values", number_at(step, "values"));
    return fmt::format("{} {} {}", text_member(step, "field"), op, operand);
}

std::string by_of(boost::json::object const& step) {
    std::string all;
    auto const* const by = step.if_contains("by");
    for (auto const& each : by != nullptr && by->is_array() ? by->get_array() : boost::json::array()) {
        all += (all.empty() ? "" : ", ") + std::string(each.is_string() ? std::string_view(each.get_string()) : "");
    }
    return all;
}

void add_lines(std::vector<step_line>& lines, boost::json::object const& step, std::size_t depth) {
    constexpr std::size_t indent = 2;
    lines.push_back({std::string(depth * indent, ' ') + what_of(step), by_of(step),
                     fmt::format("{}", number_at(step, "estimated")), fmt::format("{}", number_at(step, "actual"))});
    auto const* const parts = step.if_contains("parts");
    for (auto const& part : parts != nullptr && parts->is_array() ? parts->get_array() : boost::json::array()) {
        if (part.is_object()) {
            add_lines(lines, part.get_object(), depth + 1);
        }
    }
}

std::string order_text(std::string_view order) {
    if (order == "index") {
        return "An index gives the order.";
    }
    if (order == "score") {
        return "The best come first.";
    }
    return order == "sort" ? "Matching records are sorted." : "Records come as they were created.";
}

} // namespace

std::string explanation_text(boost::json::object const& told) {
    std::vector<step_line> lines{{"step", "by", "estimated", "actual"}};
    if (auto const* const plan = told.if_contains("plan"); plan != nullptr && plan->is_object()) {
        add_lines(lines, plan->get_object(), 0);
    }
    std::size_t what = 0;
    std::size_t by = 0;
    for (auto const& line : lines) {
        what = std::max(what, line.what.size());
        by = std::max(by, line.by.size());
    }
    std::string text;
    for (auto const& line : lines) {
        text +=
            fmt::format("{:<{}}  {:<{}}  {:>9}  {:>9}\n", line.what, what, line.by, by, line.estimated, line.actual);
    }
    auto const* const duration = told.if_contains("duration_ms");
    text +=
        fmt::format("{} {} records, {} candidates, {} read, {} match; {:.3f} ms\n",
                    order_text(text_member(told, "order")), number_at(told, "records"), number_at(told, "candidates"),
                    number_at(told, "records_read"), number_at(told, "total_matches"),
                    duration != nullptr && duration->is_number() ? duration->to_number<double>() : 0.0);
    return text;
}

} // namespace mkdb::cli
