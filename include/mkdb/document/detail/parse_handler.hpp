#pragma once

#include <mkdb/core/error.hpp>

#include <boost/json/error.hpp>
#include <boost/json/object.hpp>
#include <boost/json/storage_ptr.hpp>
#include <boost/json/string_view.hpp>
#include <boost/json/value_stack.hpp>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::document::detail {

/// Builds a value from the parser's events. Boost.JSON's own builder takes its parser's doubles, which are a unit in
/// the last place off for some numbers, and turns long integers into doubles: here a double is read from its text,
/// exactly, and what no type holds is refused.
class parse_handler {
public:
    static constexpr std::size_t max_object_size = boost::json::object::max_size();
    static constexpr std::size_t max_array_size = boost::json::array::max_size();
    static constexpr std::size_t max_key_size = boost::json::string::max_size();
    static constexpr std::size_t max_string_size = boost::json::string::max_size();

    parse_handler(unsigned char* scratch, std::size_t scratch_size) : values_({}, scratch, scratch_size) {}

    void reset(boost::json::storage_ptr storage, std::size_t most_members) noexcept {
        values_.reset(std::move(storage));
        most_members_ = most_members;
    }
    [[nodiscard]] boost::json::value release() { return values_.release(); }
    /// Why this handler stopped the parser; empty when it did not.
    [[nodiscard]] std::string const& refusal() const noexcept { return refusal_; }
    [[nodiscard]] errc refusal_code() const noexcept { return refusal_code_; }

    using code = boost::json::error_code;
    using text = boost::json::string_view;

    bool on_document_begin(code&) { return true; }
    bool on_document_end(code&) { return true; }
    bool on_object_begin(code&) { return true; }
    // Before the object is made: Boost.JSON's hash can be flooded, and then takes time with the square of the members.
    bool on_object_end(std::size_t count, code& failure) {
        if (count > most_members_) {
            refusal_code_ = errc::limit_exceeded;
            return refuse("JSON object has more than " + std::to_string(most_members_) + " members", failure);
        }
        return values_.push_object(count), true;
    }
    bool on_array_begin(code&) { return true; }
    bool on_array_end(std::size_t count, code&) { return values_.push_array(count), true; }
    bool on_key_part(text part, std::size_t, code&) { return values_.push_chars(part), true; }
    bool on_key(text last, std::size_t, code&) { return values_.push_key(last), true; }
    bool on_string_part(text part, std::size_t, code&) { return values_.push_chars(part), true; }
    bool on_string(text last, std::size_t, code&) { return values_.push_string(last), true; }
    // The whole text is parsed from one buffer, so that numbers arrive whole and this is called for broken ones only.
    bool on_number_part(text, code&) { return true; }
    bool on_int64(std::int64_t number, text, code&) { return values_.push_int64(number), true; }
    bool on_uint64(std::uint64_t number, text, code&) { return values_.push_uint64(number), true; }
    bool on_bool(bool value, code&) { return values_.push_bool(value), true; }
    bool on_null(code&) { return values_.push_null(), true; }
    bool on_comment_part(text, code&) { return true; }
    bool on_comment(text, code&) { return true; }

    bool on_double(double, text number, code& failure) {
        std::string_view const digits(number.data(), number.size());
        if (digits.find_first_of(".eE") == std::string_view::npos) {
            return refuse("JSON integer is beyond 64 bits", failure);
        }
        double exact = 0;
        auto const read = std::from_chars(digits.data(), digits.data() + digits.size(), exact);
        if (read.ec == std::errc::result_out_of_range || !std::isfinite(exact)) {
            return refuse("JSON number is out of range of a double", failure);
        }
        if (exact == 0 && digits.substr(0, digits.find_first_of("eE")).find_first_of("123456789") != digits.npos) {
            return refuse("JSON number is out of range of a double", failure);
        }
        return values_.push_double(exact), true;
    }

private:
    bool refuse(std::string why, code& failure) {
        refusal_ = std::move(why);
        failure = boost::json::error::input_error;
        return false;
    }

    boost::json::value_stack values_;
    std::size_t most_members_ = 0;
    std::string refusal_;
    errc refusal_code_ = errc::invalid_argument;
};

} // namespace mkdb::document::detail
