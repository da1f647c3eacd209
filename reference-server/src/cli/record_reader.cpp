#include "cli/record_reader.hpp"

#include "cli/csv_reader.hpp"
#include "cli/json_array_reader.hpp"
#include "cli/json_lines_reader.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace mkdb::cli {
namespace {

record_format format_named(std::string const& extension) {
    if (extension == ".jsonl" || extension == ".ndjson") {
        return record_format::json_lines;
    }
    return extension == ".csv" || extension == ".tsv" ? record_format::csv : record_format::automatic;
}

result<record_format> format_seen(text_input& input, std::string const& path) {
    MKDB_TRY_ASSIGN(char const first, input.first_visible());
    switch (first) {
    case '[': return record_format::json_array;
    case '{':
    case '\0': return record_format::json_lines;
    default:
        return fail(
            errc::invalid_argument,
            fmt::format("{} is neither JSON Lines nor a JSON array by its first byte: say --format jsonl, json or csv",
                        path == "-" ? "standard input" : path));
    }
}

} // namespace

std::string too_large(std::string_view what, std::size_t limit) {
    return fmt::format("{} is larger than {} bytes, the most that a record may have", what, limit);
}

result<std::unique_ptr<record_reader>> make_record_reader(text_input& input, std::string const& path,
                                                          reader_options options) {
    auto const extension = std::filesystem::path(path).extension().string();
    if (options.format == record_format::automatic) {
        options.format = format_named(extension);
    }
    if (options.format == record_format::automatic) {
        MKDB_TRY_ASSIGN(options.format, format_seen(input, path));
    }
    switch (options.format) {
    case record_format::json_array: return std::unique_ptr<record_reader>(std::make_unique<json_array_reader>(input));
    case record_format::csv: {
        bool const tabulated = extension == ".tsv" && options.delimiter == ',';
        return std::unique_ptr<record_reader>(std::make_unique<csv_reader>(
            input, csv_options{tabulated ? '\t' : options.delimiter, std::move(options.text_fields),
                               std::move(options.id_column)}));
    }
    default: return std::unique_ptr<record_reader>(std::make_unique<json_lines_reader>(input));
    }
}

} // namespace mkdb::cli
