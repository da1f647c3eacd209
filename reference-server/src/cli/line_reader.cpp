#include "cli/line_reader.hpp"

#include <algorithm>

namespace mkdb::cli {

result<std::optional<input_line>> line_reader::next() {
    input_.consume(std::exchange(handed_out_, 0));
    for (std::size_t searched = 0;;) {
        auto const text = input_.unread();
        auto const end = text.find('\n', searched);
        if (std::min(end, text.size()) > limit_) {
            MKDB_TRY(skip_rest());
            return std::optional(input_line{++number_, {}, true});
        }
        if (end != std::string_view::npos) {
            handed_out_ = end + 1;
            return std::optional(input_line{++number_, text.substr(0, end), false});
        }
        searched = text.size();
        MKDB_TRY_ASSIGN(bool const more, input_.read_more());
        // The byte order mark may just have gone.
        searched = std::min(searched, input_.unread().size());
        if (!more) {
            auto const last = input_.unread();
            handed_out_ = last.size();
            return last.empty() ? std::optional<input_line>() : std::optional(input_line{++number_, last, false});
        }
    }
}

result<bool> line_reader::skip_rest() {
    for (;;) {
        auto const text = input_.unread();
        if (auto const end = text.find('\n'); end != std::string_view::npos) {
            input_.consume(end + 1);
            return true;
        }
        input_.consume(text.size());
        MKDB_TRY_ASSIGN(bool const more, input_.read_more());
        if (!more) {
            return false;
        }
    }
}

} // namespace mkdb::cli
