#pragma once

#include <mkdb/engine/directory.hpp>
#include <mkdb/query/position.hpp>
#include <mkdb/query/request.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// A record that belongs to an answer, with what its place among the others depends on.
struct query_hit {
    query::position at;
    std::uint64_t revision = 0;
    std::size_t partition = 0;
    row_id row = 0;
};

/// The hits that can be on a query's page: at most about twice as many as the page can need are kept.
class hit_list {
public:
    /// The request must outlive this.
    explicit hit_list(query::request const& asked) : request_(&asked) {}

    /// How many hits can be on this page or before it.
    [[nodiscard]] std::uint64_t wanted() const noexcept {
        auto const all = std::numeric_limits<std::uint64_t>::max();
        return request_->limit == 0 || request_->limit > all - request_->offset ? all
                                                                                : request_->offset + request_->limit;
    }

    /// Whether a record comes after what the cursor has seen.
    [[nodiscard]] bool is_ahead(query::position const& place) const {
        return !request_->after || query::compare(place, *request_->after, request_->sort) > 0;
    }

    /// Makes room for so many hits that will be added, and at least for twice as many as there was: each partition of
    /// many adds some.
    void expect(std::uint64_t hits) {
        if (auto const wanted = hits_.size() + static_cast<std::size_t>(hits); wanted > hits_.capacity()) {
            hits_.reserve(std::max(wanted, 2 * hits_.capacity()));
        }
    }

    /// Precondition: the hit is ahead of the cursor.
    void add(query_hit hit) {
        hits_.push_back(std::move(hit));
        if (wanted() < std::numeric_limits<std::uint64_t>::max() / 2 && hits_.size() >= 2 * wanted() &&
            hits_.size() >= kept_at_least) {
            trim();
        }
    }

    /// Notes that so many records come after the cursor, whether or not they were added.
    void count_following(std::uint64_t records) noexcept { following_ += records; }

    /// Ends the collection: the hits of the page in their order are left.
    [[nodiscard]] std::vector<query_hit>& page() {
        trim();
        auto const skipped = std::min<std::uint64_t>(request_->offset, hits_.size());
        hits_.erase(hits_.begin(), hits_.begin() + static_cast<std::ptrdiff_t>(skipped));
        more_follow_ = following_ > skipped + hits_.size();
        return hits_;
    }

    /// Whether there is a page after this one. Precondition: `page` was called.
    [[nodiscard]] bool more_follow() const noexcept { return more_follow_; }

private:
    static constexpr std::size_t kept_at_least = 64;

    /// Puts the hits that can be wanted in order and drops the others.
    void trim() {
        auto const ahead = [this](query_hit const& a, query_hit const& b) {
            return query::compare(a.at, b.at, request_->sort) < 0;
        };
        auto const end = hits_.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(wanted(), hits_.size()));
        // Those of one partition come in order, unless records were read to sort them.
        if (!std::ranges::is_sorted(hits_, ahead)) {
            std::partial_sort(hits_.begin(), end, hits_.end(), ahead);
        }
        hits_.erase(end, hits_.end());
    }

    query::request const* request_;
    std::vector<query_hit> hits_;
    std::uint64_t following_ = 0;
    bool more_follow_ = false;
};

} // namespace mkdb::engine
