#include "cli/csv_reader.hpp"

#include <mkdb/document/parse.hpp>
#include <mkdb/document/write.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace mkdb::cli {
namespace {

/// Whether the text is a number or a boolean as JSON writes it, and exactly representable as one.
bool is_json_scalar(std::string const& text) {
    if (text == "true" || text == "false") {
        return true;
    }
    bool const could_be = (text.front() >= '0' && text.front() <= '9') || text.front() == '-';
    return could_be && text.back() >= '0' && text.back() <= '9' && document::parse(text).has_value();
}

} // namespace

csv_reader::csv_reader(text_input& input, csv_options options, std::size_t limit)
    : lines_(input, limit), options_(std::move(options)) {
    reset_row();
}

void csv_reader::reset_row() {
    parser_.reset(new csv_parser{});
    ::csv_init(parser_.get(), CSV_STRICT | CSV_EMPTY_IS_NULL);
    ::csv_set_delim(parser_.get(), static_cast<unsigned char>(options_.delimiter));
    open_.clear();
    open_line_ = 0;
    open_bytes_ = 0;
    row_ended_ = false;
}

/// Gives one line to the parser. Afterwards `row_ended_` says whether a row is complete.
std::optional<refused_line> csv_reader::feed(input_line const& line) {
    if (open_line_ == 0) {
        open_line_ = line.number;
    }
    open_bytes_ += line.text.size() + 1;
    auto const start = open_line_;
    if (line.too_long || open_bytes_ > lines_.limit()) {
        reset_row();
        return refused_line{start, too_large("the row", lines_.limit()) + "; is a quote not closed?"};
    }
    auto const on_value = [](void* text, std::size_t size, void* self) {
        auto& values = static_cast<csv_reader*>(self)->open_;
        values.push_back(text == nullptr ? value() : value(std::in_place, static_cast<char const*>(text), size));
    };
    auto const on_row = [](int, void* self) { static_cast<csv_reader*>(self)->row_ended_ = true; };
    auto const parse = [&](std::string_view text) {
        return ::csv_parse(parser_.get(), text.data(), text.size(), on_value, on_row, this) == text.size();
    };
    if (!parse(line.text) || !parse("\n")) {
        reset_row();
        return refused_line{start,
                            "a quote stands where none may: a value with quotes is quoted, and its quotes doubled"};
    }
    return std::nullopt;
}

result<reading> csv_reader::next_row() {
    reset_row();
    for (;;) {
        MKDB_TRY_ASSIGN(auto const line, lines_.next());
        if (!line && open_line_ != 0) {
            auto const start = open_line_;
            reset_row();
            return reading(refused_line{start, "a quote is not closed"});
        }
        if (!line) {
            return reading(end_of_records());
        }
        bool const between_rows = open_line_ == 0;
        if (between_rows && line->text.find_first_not_of(" \t\r") == std::string_view::npos && !line->too_long) {
            continue;
        }
        if (auto refused = feed(*line)) {
            return reading(*std::move(refused));
        }
        if (row_ended_) {
            return reading(end_of_records());
        }
    }
}

result<reading> csv_reader::read_header() {
    MKDB_TRY_ASSIGN(auto const other, next_row());
    if (auto const* const refused = std::get_if<refused_line>(&other)) {
        return fail(errc::invalid_argument, "the header row cannot be read: " + refused->reason);
    }
    if (!row_ended_) {
        return other;
    }
    std::set<std::string> seen;
    for (std::size_t column = 0; column < open_.size(); ++column) {
        auto const& name = open_[column];
        if (!name || name->empty()) {
            return fail(errc::invalid_argument, fmt::format("column {} of the header has no name", column + 1));
        }
        if (!seen.insert(*name).second) {
            return fail(errc::invalid_argument, fmt::format("the header names '{}' twice", *name));
        }
        header_.push_back(*name);
    }
    if (!options_.id_column.empty() && !seen.contains(options_.id_column)) {
        return fail(errc::invalid_argument,
                    fmt::format("no column is named '{}', which is to hold the id: there are {}", options_.id_column,
                                fmt::join(header_, ", ")));
    }
    return next();
}

result<reading> csv_reader::next() {
    if (header_.empty()) {
        return read_header();
    }
    MKDB_TRY_ASSIGN(auto other, next_row());
    return row_ended_ ? to_record(open_) : std::move(other);
}

reading csv_reader::to_record(row const& values) {
    if (values.size() != header_.size()) {
        return refused_line{open_line_,
                            fmt::format("the row has {} values, the header names {}", values.size(), header_.size())};
    }
    json_ = "{";
    for (std::size_t column = 0; column < values.size(); ++column) {
        if (values[column]) {
            append_value(header_[column], *values[column]);
        }
    }
    json_ += '}';
    return raw_record{open_line_, json_};
}

void csv_reader::append_value(std::string const& field, std::string const& text) {
    if (json_.size() > 1) {
        json_ += ',';
    }
    document::append_json_string(json_, field);
    json_ += ':';
    bool const as_it_is = !text.empty() &&
                          std::ranges::find(options_.text_fields, field) == options_.text_fields.end() &&
                          is_json_scalar(text);
    if (as_it_is) {
        json_ += text;
    } else {
        document::append_json_string(json_, text);
    }
}

} // namespace mkdb::cli
