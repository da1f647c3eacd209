#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/core/scope_exit.hpp>
#include <mkdb/engine/grow_indexes.hpp>
#include <mkdb/engine/options.hpp>
#include <mkdb/engine/partition.hpp>
#include <mkdb/store/adopt_grown.hpp>
#include <mkdb/store/open_partition.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mkdb {

/// Builds other indexes for all partitions of a store, beside those that are asked meanwhile.
///
/// Thread safety: one call at a time for a store, but `limit`.
template <class Policies>
class index_growth {
public:
    using index_type = typename engine::engine_types<Policies>::index_type;
    using partition_list = std::vector<std::shared_ptr<engine::partition<Policies>>>;

    /// Both outlive this.
    index_growth(partition_surroundings<Policies> const& around, partition_list const& partitions)
        : around_(&around), partitions_(&partitions) {}

    /// Gives each partition its share of the RAM that indexes may take, for what they take from then on.
    void limit(store_options const& wanted) const noexcept {
        for (auto const& partition : *partitions_) {
            partition->index_memory()->set_limit(index_ram_share(wanted));
        }
    }

    /// Builds the indexes that `wanted` asks for but those of fields that are `kept(field)`. Until they are adopted or
    /// abandoned they may take what those that are to go have besides the limit, or they would lie on the disk, and the
    /// RAM of those be idle afterwards. Nothing grows on an error. Errors: `io` of a record.
    template <class Kept>
    [[nodiscard]] result<> grow(store_options const& wanted, Kept const& kept) const {
        scope_fail abandoned([&] { abandon(); });
        for (auto const& partition : *partitions_) {
            auto& memory = *partition->index_memory();
            MKDB_TRY_ASSIGN(auto empty, empty_index(*around_, wanted, partition->index_memory()));
            empty.retain([&](std::string const& field) { return !kept(field); });
            memory.lend(partition->inspect([&](auto const& state) { return state.indexes.ram_bytes_without(kept); }));
            MKDB_TRY(engine::grow_indexes(*partition, std::move(empty)));
        }
        abandoned.release();
        return {};
    }

    /// Takes back what `grow` began or did.
    void abandon() const noexcept {
        for (auto const& partition : *partitions_) {
            engine::abandon_indexes(*partition);
            partition->index_memory()->lend(0);
        }
    }

    /// Makes those that grew the ones that are asked, beside those of fields that are `kept(field)`. Gives the others
    /// of all partitions, for `end`: the next partition does not wait for what the end of one takes.
    template <class Kept>
    [[nodiscard]] std::vector<index_type> adopt(Kept const& kept) const {
        std::vector<index_type> old;
        old.reserve(partitions_->size());
        for (auto const& partition : *partitions_) {
            old.push_back(adopt_grown(*partition, kept));
        }
        return old;
    }

    /// Ends what `adopt` gave, of which none is asked any more.
    void end(std::vector<index_type> old) const noexcept {
        old.clear();
        for (auto const& partition : *partitions_) {
            partition->index_memory()->lend(0);
        }
    }

private:
    partition_surroundings<Policies> const* around_;
    partition_list const* partitions_;
};

} // namespace mkdb
