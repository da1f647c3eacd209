#pragma once

#include <mkdb/core/result.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mkdb {

/// Makes parity for the partitions of a store, one after another, until none has a segment without. A partition that
/// fails holds up no other.
///
/// Thread safety: one thread at a time.
template <class Partition>
class protection_rounds {
public:
    /// What failed is not tried again in a hurry.
    static constexpr std::chrono::milliseconds second_try{60000};

    /// `on_notice` is told once of failures that follow each other.
    protection_rounds(std::vector<std::shared_ptr<Partition>> partitions,
                      std::function<void(std::string const&)> on_notice)
        : partitions_(std::move(partitions)), on_notice_(std::move(on_notice)) {}

    /// Makes a bounded part of it, and returns how long the next step is to wait; none when nothing is left to do.
    [[nodiscard]] std::optional<std::chrono::milliseconds> step() {
        for (; next_ < partitions_.size(); ++next_) {
            auto const bytes = partitions_[next_]->backend().protect_step();
            if (bytes && *bytes > 0) {
                worked_ = true;
                return std::chrono::milliseconds(0);
            }
            if (!bytes) {
                failed_ = true;
                tell(bytes.error());
            }
        }
        return end_round();
    }

private:
    void tell(error const& met) {
        if (!std::exchange(told_, true)) {
            on_notice_("parity could not be made, and is tried again: " + met.message);
        }
    }

    /// What was sealed during a round that did something is found by another one. What failed may have done something
    /// as well, and would do it again for ever.
    [[nodiscard]] std::optional<std::chrono::milliseconds> end_round() {
        next_ = 0;
        bool const worked = std::exchange(worked_, false);
        told_ = told_ && failed_;
        if (std::exchange(failed_, false)) {
            return second_try;
        }
        return worked ? std::optional(std::chrono::milliseconds(0)) : std::nullopt;
    }

    std::vector<std::shared_ptr<Partition>> partitions_;
    std::function<void(std::string const&)> on_notice_;
    std::size_t next_ = 0; ///< Those before had nothing to do in this round, or failed.
    bool worked_ = false;  ///< In this round, as is the next.
    bool failed_ = false;
    bool told_ = false; ///< And no round has passed without a failure since.
};

} // namespace mkdb
