#include "cli/json_array_reader.hpp"

#include <algorithm>

namespace mkdb::cli {
namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

} // namespace

void json_array_reader::consume(std::size_t bytes) {
    line_ += static_cast<std::uint64_t>(std::ranges::count(input_.unread().substr(0, bytes), '\n'));
    input_.consume(bytes);
}

/// The next byte that is not white space, still unread; 0 at the end.
result<char> json_array_reader::next_visible() {
    for (;;) {
        auto const text = input_.unread();
        auto const found = std::ranges::find_if_not(text, is_blank);
        consume(static_cast<std::size_t>(found - text.begin()));
        if (!input_.unread().empty()) {
            return input_.unread().front();
        }
        MKDB_TRY_ASSIGN(bool const more, input_.read_more());
        if (!more) {
            return '\0';
        }
    }
}

/// Nothing after this place can be told to be an element.
reading json_array_reader::broken(std::string reason) {
    place_ = place::done;
    return refused_line{line_, std::move(reason)};
}

result<reading> json_array_reader::next() {
    consume(std::exchange(handed_out_, 0));
    while (place_ != place::done) {
        MKDB_TRY_ASSIGN(char const visible, next_visible());
        bool const at_end = input_.unread().empty();
        if (at_end && place_ == place::after_array) {
            break;
        }
        if (at_end) {
            return broken(place_ == place::before_array ? "the file is empty, a JSON array was expected"
                                                        : "the array is not closed by ']'");
        }
        std::optional<reading> found;
        MKDB_TRY(step(visible, found));
        if (found) {
            return *std::move(found);
        }
    }
    return reading(end_of_records());
}

result<> json_array_reader::step(char visible, std::optional<reading>& found) {
    auto const go_on = [this](place next) {
        consume(1);
        place_ = next;
        return result<>();
    };
    switch (place_) {
    case place::before_array:
        if (visible != '[') {
            return fail(errc::invalid_argument,
                        "the file does not begin with '[': is it JSON Lines? Say --format jsonl");
        }
        return go_on(place::before_element);
    case place::after_element:
        if (visible == ',' || visible == ']') {
            return go_on(visible == ',' ? place::before_element : place::after_array);
        }
        found = broken("',' or ']' was expected after an element; the rest was not read");
        return {};
    case place::after_array: found = broken("something follows the array; it was not read"); return {};
    default: break;
    }
    if (visible == ']' && first_) {
        return go_on(place::after_array);
    }
    first_ = false;
    MKDB_TRY_ASSIGN(found, element());
    return {};
}

/// Whether the element ends before `c`.
bool json_array_reader::ends_element(scan& state, char c) const {
    if (state.in_string) {
        state.in_string = state.escaped || c != '"';
        state.escaped = !state.escaped && c == '\\';
        return false;
    }
    switch (c) {
    case '"': state.in_string = true; return false;
    case '{':
    case '[': ++state.depth; return false;
    case '}':
    case ']':
        if (state.depth == 0) {
            return true;
        }
        --state.depth;
        return false;
    case ',': return state.depth == 0;
    default: return false;
    }
}

result<reading> json_array_reader::element() {
    auto const line = line_;
    scan state;
    for (;;) {
        auto const text = input_.unread();
        while (state.bytes < text.size() && !ends_element(state, text[state.bytes])) {
            ++state.bytes;
        }
        bool const ended = state.bytes < text.size();
        if (state.bytes > limit_ || state.oversized) {
            // Followed to its end without being held.
            state.oversized = true;
            consume(std::exchange(state.bytes, 0));
        }
        if (ended) {
            break;
        }
        MKDB_TRY_ASSIGN(bool const more, input_.read_more());
        if (!more) {
            consume(input_.unread().size());
            return broken("the file ends inside an element that begins on line " + std::to_string(line));
        }
    }
    place_ = place::after_element;
    handed_out_ = state.bytes;
    return state.oversized ? reading(refused_line{line, too_large("the element", limit_)})
                           : reading(raw_record{line, input_.unread().substr(0, state.bytes)});
}

} // namespace mkdb::cli
