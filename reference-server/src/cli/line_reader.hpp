#pragma once

#include "cli/text_input.hpp"

#include <mkdb/core/limits.hpp>

namespace mkdb::cli {

struct input_line {
    std::uint64_t number = 0; ///< From 1.
    std::string_view text;    ///< Without its line feed. Valid until the next line is asked for.
    bool too_long = false;    ///< Over the limit: `text` is empty, the line was skipped.
};

/// Cuts a text into lines; one that is longer than a document may be is skipped without being held.
class line_reader {
public:
    explicit line_reader(text_input& input, std::size_t limit = limits::document_bytes)
        : input_(input), limit_(limit) {}

    /// The next line; none at the end. Errors: those of the input.
    [[nodiscard]] result<std::optional<input_line>> next();

    [[nodiscard]] std::size_t limit() const noexcept { return limit_; }

private:
    [[nodiscard]] result<bool> skip_rest();

    text_input& input_;
    std::size_t limit_;
    std::size_t handed_out_ = 0; // Bytes of the last line, consumed when the next is asked for.
    std::uint64_t number_ = 0;
};

} // namespace mkdb::cli
