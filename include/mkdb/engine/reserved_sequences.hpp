#pragma once

#include <mkdb/engine/change_feed.hpp>

#include <cstdint>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// A range of a feed's sequence numbers on its way through a commit. However that ends, the range is completed: the
/// changes of other partitions wait for it.
///
/// Thread safety: one thread at a time.
class reserved_sequences {
public:
    reserved_sequences(change_feed& feed, std::uint64_t count) : feed_(&feed), first_(feed.reserve(count)) {}
    reserved_sequences(reserved_sequences const&) = delete;
    reserved_sequences& operator=(reserved_sequences const&) = delete;
    ~reserved_sequences() {
        if (feed_ != nullptr) {
            feed_->complete(first_, {});
        }
    }

    [[nodiscard]] std::uint64_t first() const noexcept { return first_; }

    /// With what was committed, or nothing.
    void complete(std::vector<change> changes) noexcept {
        std::exchange(feed_, nullptr)->complete(first_, std::move(changes));
    }

private:
    change_feed* feed_;
    std::uint64_t first_;
};

} // namespace mkdb::engine
