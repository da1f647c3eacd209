#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/value_order.hpp>
#include <mkdb/index/detail/presence.hpp>
#include <mkdb/query/aggregate.hpp>
#include <mkdb/query/detail/exact_sum.hpp>
#include <mkdb/query/detail/match_value.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <variant>

/// What becomes of a field's values for each kind of metric. `add` takes the field of one record, or null when it lacks
/// it, and returns how many bytes it kept of it: soon after these are more than `room`, it keeps no more.
namespace mkdb::query::detail {

struct value_less {
    [[nodiscard]] bool operator()(boost::json::value const& a, boost::json::value const& b) const {
        return document::compare(a, b) < 0;
    }
};

/// Roughly what a value takes in a tree.
[[nodiscard]] inline std::size_t kept_bytes(boost::json::value const& value) {
    constexpr std::size_t node = 80;
    if (auto const* text = value.if_string()) {
        return node + text->size();
    }
    std::size_t bytes = node;
    if (auto const* array = value.if_array()) {
        for (auto const& element : *array) {
            bytes += kept_bytes(element);
        }
    } else if (auto const* object = value.if_object()) {
        for (auto const& field : *object) {
            bytes += field.key().size() + kept_bytes(field.value());
        }
    }
    return bytes;
}

/// The elements of a field, of which a missing one has none.
template <class Visit>
void visit_elements(boost::json::value const* field, Visit&& visit) {
    if (field != nullptr) {
        index::detail::for_each_element(*field, visit);
    }
}

[[nodiscard]] inline std::size_t number_of_elements(boost::json::value const* field) {
    auto const* array = field == nullptr ? nullptr : field->if_array();
    return array == nullptr ? 1 : array->size();
}

class counter {
public:
    explicit counter(metric const& wanted) : all_(wanted.field.empty()) {}

    std::size_t add(boost::json::value const* field, std::size_t) {
        count_ += all_ || exists(field) ? 1 : 0;
        return 0;
    }
    [[nodiscard]] result<boost::json::value> value() const { return boost::json::value(count_); }

private:
    bool all_;
    std::uint64_t count_ = 0;
};

/// Sum and mean of the numbers.
class summer {
public:
    explicit summer(metric const& wanted) : mean_(wanted.kind == metric_kind::avg) {}

    std::size_t add(boost::json::value const* field, std::size_t) {
        visit_elements(field, [this](boost::json::value const& element) {
            if (document::is_number(element)) {
                sum_.add(element);
            }
        });
        return 0;
    }
    [[nodiscard]] result<boost::json::value> value() const {
        if (mean_ && sum_.count() == 0) {
            return boost::json::value();
        }
        auto made = mean_ ? sum_.mean() : sum_.total();
        return made ? result<boost::json::value>(std::move(*made))
                    : fail(errc::limit_exceeded, "the sum is larger than a number can be");
    }

private:
    bool mean_;
    exact_sum sum_;
};

/// A number as an integer where it is one, so that it does not matter which of 1 and 1.0 was met first.
[[nodiscard]] inline boost::json::value plain(boost::json::value const& value) {
    constexpr double exact_integers = 9007199254740992.0;
    auto const* number = value.if_double();
    bool const whole = number != nullptr && std::abs(*number) <= exact_integers && std::trunc(*number) == *number;
    return whole ? boost::json::value(static_cast<std::int64_t>(*number)) : value;
}

/// The first or last number or string in the order of all values.
class extreme {
public:
    explicit extreme(metric const& wanted) : largest_(wanted.kind == metric_kind::max) {}

    std::size_t add(boost::json::value const* field, std::size_t) {
        auto const before = kept_;
        visit_elements(field, [this](boost::json::value const& element) {
            bool const counts = document::is_number(element) || element.is_string();
            if (counts && (!found_ || (document::compare(element, *found_) < 0) != largest_)) {
                found_ = plain(element);
                kept_ = std::max(kept_, kept_bytes(element));
            }
        });
        return kept_ - before;
    }
    [[nodiscard]] result<boost::json::value> value() const { return found_.value_or(boost::json::value()); }

private:
    bool largest_;
    std::optional<boost::json::value> found_;
    std::size_t kept_ = 0; ///< Of the largest so far.
};

/// How many different values there are.
class distinct_counter {
public:
    explicit distinct_counter(metric const&) {}

    std::size_t add(boost::json::value const* field, std::size_t room) {
        std::size_t kept = 0;
        visit_elements(field, [&](boost::json::value const& element) {
            kept += kept <= room && !element.is_null() && seen_.insert(element).second ? kept_bytes(element) : 0;
        });
        return kept;
    }
    [[nodiscard]] result<boost::json::value> value() const { return boost::json::value(seen_.size()); }

private:
    std::set<boost::json::value, value_less> seen_;
};

/// How many numbers lie in each bucket `[n × interval, (n + 1) × interval)`; those without any are left out.
class histogram {
public:
    explicit histogram(metric const& wanted) : interval_(wanted.interval) {}

    std::size_t add(boost::json::value const* field, std::size_t room) {
        constexpr std::size_t node = 320; // Most of it in the answer, where a bucket is an object.
        std::size_t kept = 0;
        visit_elements(field, [&](boost::json::value const& element) {
            if (kept <= room && document::is_number(element)) {
                auto const [at, fresh] = counts_.try_emplace(std::floor(element.to_number<double>() / interval_), 0);
                ++at->second;
                kept += fresh ? node : 0;
            }
        });
        return kept;
    }
    [[nodiscard]] result<boost::json::value> value() const {
        boost::json::array buckets;
        for (auto const& [number, count] : counts_) {
            auto const from = number * interval_;
            if (!std::isfinite(from)) {
                return fail(errc::limit_exceeded, "a bucket begins beyond what a number can be");
            }
            buckets.push_back({{"from", plain(from)}, {"count", count}});
        }
        return boost::json::value(std::move(buckets));
    }

private:
    double interval_;
    std::map<double, std::uint64_t> counts_;
};

using accumulator = std::variant<counter, summer, extreme, distinct_counter, histogram>;

[[nodiscard]] inline accumulator make_accumulator(metric const& wanted) {
    switch (wanted.kind) {
    case metric_kind::count: return counter(wanted);
    case metric_kind::sum:
    case metric_kind::avg: return summer(wanted);
    case metric_kind::min:
    case metric_kind::max: return extreme(wanted);
    case metric_kind::distinct: return distinct_counter(wanted);
    case metric_kind::histogram: return histogram(wanted);
    }
    return counter(wanted);
}

} // namespace mkdb::query::detail
