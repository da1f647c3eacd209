#pragma once

#include <mkdb/document/number.hpp>
#include <mkdb/document/value_order.hpp>

#include <boost/json/value.hpp>

#include <string>

namespace mkdb::index {

/// A scalar as bytes that are the same exactly for equal scalars: 1 and 1.0 share a key, 2^53 and 2^53 + 1 do not, true
/// and 1 do not. Nothing for null, arrays and objects.
[[nodiscard]] inline bool scalar_key(boost::json::value const& value, std::string& key) {
    key.clear();
    if (auto const* text = value.if_string()) {
        key += 's';
        key.append(text->data(), text->size());
    } else if (document::is_number(value)) {
        auto const number = document::key_of(value);
        key += 'n';
        key.append(reinterpret_cast<char const*>(&number.high), sizeof number.high);
        key.append(reinterpret_cast<char const*>(&number.low), sizeof number.low);
    } else if (auto const* flag = value.if_bool()) {
        key += *flag ? 't' : 'f';
    }
    return !key.empty();
}

} // namespace mkdb::index
