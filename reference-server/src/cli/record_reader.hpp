#pragma once

#include "cli/text_input.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mkdb::cli {

/// What may be one record. The text is JSON, not yet checked, and valid until the next is asked for.
struct raw_record {
    std::uint64_t line = 0; ///< Where it begins.
    std::string_view text;
};

/// A piece of the input that is no record.
struct refused_line {
    std::uint64_t line = 0;
    std::string reason;
};

struct end_of_records {};

using reading = std::variant<raw_record, refused_line, end_of_records>;

/// Finds the records in a file, one after the other.
class record_reader {
public:
    virtual ~record_reader() = default;

    /// Errors: those of the input, and a file that is not of the format at all.
    [[nodiscard]] virtual result<reading> next() = 0;
};

enum class record_format { automatic, json_lines, json_array, csv };

struct reader_options {
    record_format format = record_format::automatic;
    char delimiter = ','; ///< Of CSV; of a file `*.tsv` a tabulator unless said otherwise.
    std::vector<std::string> text_fields; ///< Of CSV: never numbers or booleans.
    std::string id_column;                ///< Of CSV: must be there; empty: none must.
};

/// Chooses by `options`, else by the name's end, else by the first byte. `input` must outlive the reader.
/// Errors: `errc::invalid_argument` when nothing tells the format; those of the input.
[[nodiscard]] result<std::unique_ptr<record_reader>> make_record_reader(text_input& input, std::string const& path,
                                                                       reader_options options);

/// Why something is refused that is larger than a document may be.
[[nodiscard]] std::string too_large(std::string_view what, std::size_t limit);

} // namespace mkdb::cli
