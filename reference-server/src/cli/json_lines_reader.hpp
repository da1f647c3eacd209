#pragma once

#include "cli/line_reader.hpp"
#include "cli/record_reader.hpp"

namespace mkdb::cli {

/// One JSON object a line; blank lines are skipped.
class json_lines_reader final : public record_reader {
public:
    explicit json_lines_reader(text_input& input, std::size_t limit = limits::document_bytes) : lines_(input, limit) {}

    [[nodiscard]] result<reading> next() override;

private:
    line_reader lines_;
};

} // namespace mkdb::cli
