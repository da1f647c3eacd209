#pragma once

#include "cli/line_reader.hpp"
#include "cli/record_reader.hpp"

#include <csv.h>

#include <memory>
#include <optional>

namespace mkdb::cli {

struct csv_options {
    char delimiter = ',';
    std::vector<std::string> text_fields; ///< Never numbers or booleans.
    std::string id_column;                ///< Must be there; empty: none must.
};

/// CSV with a header row that names the fields: RFC 4180, line ends of any kind, quoted values over several lines.
///
/// A value is what it looks like: nothing between two delimiters is no field (`""` is an empty text); `true` and
/// `false` are booleans; what is a number in JSON is that number (so `007` and `+5` are text, and so is an integer
/// beyond 64 bits); anything else, and every value of a field named in `text_fields`, is text. White space around an
/// unquoted value is dropped.
class csv_reader final : public record_reader {
public:
    csv_reader(text_input& input, csv_options options, std::size_t limit = limits::document_bytes);

    [[nodiscard]] result<reading> next() override;

private:
    using value = std::optional<std::string>; // None: nothing between two delimiters.
    using row = std::vector<value>;

    struct free_parser {
        void operator()(csv_parser* parser) const {
            ::csv_free(parser);
            delete parser;
        }
    };

    [[nodiscard]] result<reading> read_header();
    /// Reads one row into `open_` and sets `row_ended_`; otherwise returns what there was instead.
    [[nodiscard]] result<reading> next_row();
    [[nodiscard]] std::optional<refused_line> feed(input_line const& line);
    [[nodiscard]] reading to_record(row const& values);
    void append_value(std::string const& field, std::string const& text);
    void reset_row();

    line_reader lines_;
    std::unique_ptr<csv_parser, free_parser> parser_;
    csv_options options_;
    std::vector<std::string> header_;
    row open_; // The row that is being read, and where it began; 0: none is.
    std::uint64_t open_line_ = 0;
    std::size_t open_bytes_ = 0;
    bool row_ended_ = false;
    std::string json_;
};

} // namespace mkdb::cli
