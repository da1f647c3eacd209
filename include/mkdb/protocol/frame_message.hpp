#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/document/write.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::protocol {

/// A frame read as a message; when that fails, what could be saved of it.
struct frame_message {
    boost::json::object fields;
    /// Why the frame is refused. With an `id`, only the request is; without one, the frame is no message at all.
    std::optional<error> refusal;
    std::string refused_id_json;
};

namespace detail {

/// Looks for the string "id" in a message and keeps nothing else: a refused frame may be large, and made so that
/// building its objects takes long.
class id_finder {
public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = max_object_size;
    static constexpr std::size_t max_key_size = max_object_size;
    static constexpr std::size_t max_string_size = max_object_size;

    using code = boost::json::error_code;
    using text = boost::json::string_view;

    /// The last id wins, as in any object.
    [[nodiscard]] std::optional<std::string> const& found() const noexcept { return found_; }

    bool on_document_begin(code&) { return true; }
    bool on_document_end(code&) { return true; }
    bool on_object_begin(code&) { return begin(true); }
    bool on_object_end(std::size_t, code&) { return --depth_, true; }
    bool on_array_begin(code&) { return begin(false); }
    bool on_array_end(std::size_t, code&) { return --depth_, true; }
    bool on_key_part(text part, std::size_t, code&) { return take(part), true; }
    bool on_key(text last, std::size_t, code&) {
        take(last);
        at_id_ = depth_ == 1 && in_object_ && part_ == "id";
        part_.clear();
        return true;
    }
    bool on_string_part(text part, std::size_t, code&) { return take(part), true; }
    bool on_string(text last, std::size_t, code&) {
        take(last);
        if (std::exchange(at_id_, false)) {
            found_ = part_;
        }
        part_.clear();
        return true;
    }
    bool on_number_part(text, code&) { return true; }
    bool on_int64(std::int64_t, text, code&) { return pass(); }
    bool on_uint64(std::uint64_t, text, code&) { return pass(); }
    bool on_double(double, text, code&) { return pass(); }
    bool on_bool(bool, code&) { return pass(); }
    bool on_null(code&) { return pass(); }
    bool on_comment_part(text, code&) { return true; }
    bool on_comment(text, code&) { return true; }

private:
    bool begin(bool object) {
        in_object_ = depth_++ == 0 ? object : in_object_;
        return pass();
    }
    /// A value that is no string.
    bool pass() {
        if (std::exchange(at_id_, false)) {
            found_.reset();
        }
        return true;
    }
    void take(text part) {
        if (depth_ == 1) {
            part_.append(part.data(), part.size());
        }
    }

    std::size_t depth_ = 0;
    bool in_object_ = false; ///< At the top.
    bool at_id_ = false;
    std::string part_;
    std::optional<std::string> found_;
};

// A number too large or a value too deep is one client's mistake in one request: its other requests need not suffer. So
// the id is looked for by a parser that is lenient about just these.
[[nodiscard]] inline std::string salvage_id(std::string_view frame) {
    boost::json::parse_options lenient;
    lenient.max_depth = 2048;
    boost::json::basic_parser<id_finder> parser(lenient);
    boost::json::error_code code;
    auto const used = parser.write_some(false, frame.data(), frame.size(), code);
    auto const& id = parser.handler().found();
    return !code && used == frame.size() && id ? document::to_json(boost::json::value(*id)) : std::string();
}

} // namespace detail

/// The envelope of a request adds levels to the documents inside it.
[[nodiscard]] inline frame_message read_frame_message(std::string_view frame) {
    auto parsed = document::parse_object(frame, {limits::message_depth, limits::object_members});
    if (parsed) {
        return {*std::move(parsed), {}, {}};
    }
    return {{}, std::move(parsed).error(), detail::salvage_id(frame)};
}

} // namespace mkdb::protocol
