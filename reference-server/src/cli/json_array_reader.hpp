#pragma once

#include "cli/record_reader.hpp"

#include <mkdb/core/limits.hpp>

namespace mkdb::cli {

/// The elements of one JSON array, found by their brackets and quotes alone: an element that does not parse is refused
/// by whoever checks it, and the others go on. Only one element is in memory at a time.
class json_array_reader final : public record_reader {
public:
    explicit json_array_reader(text_input& input, std::size_t limit = limits::document_bytes)
        : input_(input), limit_(limit) {}

    [[nodiscard]] result<reading> next() override;

private:
    enum class place { before_array, before_element, after_element, after_array, done };

    /// How far an element has been followed.
    struct scan {
        std::size_t bytes = 0;
        std::size_t depth = 0;
        bool in_string = false;
        bool escaped = false;
        bool oversized = false;
    };

    [[nodiscard]] result<char> next_visible();
    /// Goes over one byte between elements, or sets `found`.
    [[nodiscard]] result<> step(char visible, std::optional<reading>& found);
    [[nodiscard]] result<reading> element();
    [[nodiscard]] bool ends_element(scan& state, char c) const;
    [[nodiscard]] reading broken(std::string reason);
    void consume(std::size_t bytes);

    text_input& input_;
    std::size_t limit_;
    place place_ = place::before_array;
    std::uint64_t line_ = 1;
    std::size_t handed_out_ = 0;
    bool first_ = true;
};

} // namespace mkdb::cli
