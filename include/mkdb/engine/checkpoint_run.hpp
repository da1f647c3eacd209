#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/engine/save_state.hpp>
#include <mkdb/log/checkpoint_writer.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// How much of a partition's log its opening would have to read, were all in the log that is still buffered.
template <class Partition>
[[nodiscard]] std::uint64_t uncovered_bytes(Partition& partition) {
    auto const now = partition.backend().statistics();
    auto const buffered = partition.inspect([](auto const& state) {
        return state.pending_bytes() + state.pending.size() * sizeof(detail::version_image);
    });
    return partition.checkpoint().uncovered(now.bytes, now.bytes_appended) + buffered;
}

/// Writes one checkpoint of one partition: `begin` copies its state, for which writes wait, `step` brings the copy to
/// the disk. Whatever fails leaves the partition as it was.
///
/// Thread safety: one thread at a time, and one run of a partition at a time.
template <class Partition>
class checkpoint_run {
public:
    /// None when there is nothing to be kept, or versions are moving. Errors: `closed`, `read_only`, and those of the
    /// log, which are final for the partition; `io` when a checkpoint that is better forgotten could not be removed.
    [[nodiscard]] static result<std::optional<checkpoint_run>> begin(std::shared_ptr<Partition> partition) {
        auto& keeper = partition->checkpoint();
        if (!partition->inspect([](auto const& state) { return is_worth_saving(state); })) {
            MKDB_TRY_ASSIGN(auto const forgotten, keeper.begin_move());
            return std::optional<checkpoint_run>{};
        }
        auto const captured = keeper.begin_capture();
        if (!captured) {
            return std::optional<checkpoint_run>{};
        }
        std::vector<log::checkpoint_section> sections;
        std::uint64_t covered = 0;
        MKDB_TRY(partition->at_mark([&](storage::log_mark const& mark, auto const& state) {
            if (!mark.bytes.empty()) {
                sections = save_state(mark, state);
                covered = partition->backend().statistics().bytes_appended;
            }
        }));
        if (sections.empty()) {
            return std::optional<checkpoint_run>{};
        }
        auto writer = keeper.write(std::move(sections));
        return std::optional(checkpoint_run(std::move(partition), std::move(writer), *captured, covered));
    }

    /// Writes a part; false when the checkpoint is in its place, or was outrun by versions that moved. Errors: `io`,
    /// `no_space`: then nothing is left of it.
    [[nodiscard]] result<bool> step() {
        auto const more = writer_.step();
        if (!more) {
            return remove_rest(more.error());
        }
        if (*more) {
            return true;
        }
        auto const published = partition_->checkpoint().publish(captured_, covered_, writer_.size(),
                                                                [this] { return writer_.publish(); });
        if (!published) {
            return remove_rest(published.error());
        }
        if (!*published) {
            MKDB_TRY(writer_.abandon());
        }
        return false;
    }

    /// Removes what was written. Errors: `io`.
    [[nodiscard]] result<> abandon() { return writer_.abandon(); }

private:
    using writer_type = decltype(std::declval<Partition&>().checkpoint().write({}));

    checkpoint_run(std::shared_ptr<Partition> partition, writer_type writer, std::uint64_t captured,
                   std::uint64_t covered)
        : partition_(std::move(partition)), writer_(std::move(writer)), captured_(captured), covered_(covered) {}

    [[nodiscard]] error remove_rest(error why) {
        if (auto const removed = writer_.abandon(); !removed) {
            why.message += "; what was written of it could not be removed: " + removed.error().message;
        }
        return why;
    }

    std::shared_ptr<Partition> partition_;
    writer_type writer_;
    std::uint64_t captured_;
    std::uint64_t covered_;
};

} // namespace mkdb::engine
