#pragma once

#include <boost/json/value.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace mkdb::query::detail {

/// The sum of JSON numbers: exact while all are integers, else off by a few units in the last place of what they add up
/// to in magnitude.
///
/// Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54 (1974).
class exact_sum {
public:
    /// Precondition: a number.
    void add(boost::json::value const& number) {
        ++count_;
        if (auto const* integer = number.if_int64()) {
            integers_ += *integer;
        } else if (auto const* natural = number.if_uint64()) {
            integers_ += *natural;
        } else {
            only_integers_ = false;
            add_double(number.get_double());
        }
    }

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

    /// An integer where all were and it has 64 bits, else a double; none when that would be infinite.
    [[nodiscard]] std::optional<boost::json::value> total() const {
        if (only_integers_ && integers_ >= std::numeric_limits<std::int64_t>::min() &&
            integers_ <= std::numeric_limits<std::int64_t>::max()) {
            return static_cast<std::int64_t>(integers_);
        }
        if (only_integers_ && integers_ > 0 && integers_ <= std::numeric_limits<std::uint64_t>::max()) {
            return static_cast<std::uint64_t>(integers_);
        }
        return finite(static_cast<double>(sum()));
    }

    /// Precondition: something was added.
    [[nodiscard]] std::optional<boost::json::value> mean() const {
        return finite(static_cast<double>(sum() / static_cast<long double>(count_)));
    }

private:
    __extension__ typedef __int128 wide;

    void add_double(double number) {
        auto const next = doubles_ + number;
        error_ += std::abs(doubles_) >= std::abs(number) ? (doubles_ - next) + number : (number - next) + doubles_;
        doubles_ = next;
    }

    [[nodiscard]] long double sum() const {
        return static_cast<long double>(integers_) + static_cast<long double>(doubles_) +
               static_cast<long double>(error_);
    }

    [[nodiscard]] static std::optional<boost::json::value> finite(double number) {
        return std::isfinite(number) ? std::optional<boost::json::value>(number) : std::nullopt;
    }

    wide integers_ = 0;
    double doubles_ = 0;
    double error_ = 0; ///< What the additions lost.
    bool only_integers_ = true;
    std::uint64_t count_ = 0;
};

} // namespace mkdb::query::detail
