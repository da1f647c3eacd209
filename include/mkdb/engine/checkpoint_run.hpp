#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/core/out_of_memory.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/core/scope_exit.hpp>
#include <mkdb/engine/save_state.hpp>
#include <mkdb/log/checkpoint_writer.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace mkdb::engine {

/// How much of a partition's log its opening would have to read, were all in the log that is still buffered.
template <class Partition>
[[nodiscard]] std::uint64_t uncovered_bytes(Partition& partition) {
    auto const now = partition.backend().statistics();
    auto const buffered = partition.inspect(
        [](auto const& state) { return state.pending_bytes() + state.pending.size() * sizeof(detail::version_image); });
    return partition.checkpoint().uncovered(now.bytes, now.bytes_appended) + buffered;
}

/// Whether a copy of a partition's state is too much for RAM: where so much of its indexes lies on the disk that it is
/// much beside their share of RAM.
template <class Partition>
[[nodiscard]] bool is_too_large_to_copy(Partition const& partition) noexcept {
    constexpr std::uint64_t always_copied = 64 * mebibyte;
    auto const& memory = *partition.index_memory();
    return memory.disk_bytes() > std::max(always_copied, memory.limit() / 4);
}

/// Writes one checkpoint of one partition: `begin` copies its state, for which writes wait, and `step` brings the copy
/// to the disk; a state that is too large for that goes to the disk in `begin`. Whatever fails leaves the partition as
/// it was.
///
/// Thread safety: one thread at a time, and one run of a partition at a time.
template <class Partition>
class checkpoint_run {
public:
    /// None when there is nothing to be kept, or versions are moving. `is_late()` ends what takes long: then `step`
    /// fails. Errors: `closed`, `read_only`, and those of the log, which are final for the partition; `io` when a
    /// checkpoint that is better forgotten could not be removed.
    template <class IsLate>
    [[nodiscard]] static result<std::optional<checkpoint_run>> begin(std::shared_ptr<Partition> partition,
                                                                     IsLate const& is_late) {
        auto& keeper = partition->checkpoint();
        if (!partition->inspect([](auto const& state) { return is_worth_saving(state); })) {
            MKDB_TRY_ASSIGN(auto const forgotten, keeper.begin_move());
            return std::optional<checkpoint_run>{};
        }
        auto const captured = keeper.begin_capture();
        if (!captured) {
            return std::optional<checkpoint_run>{};
        }
        std::optional<capture> made;
        // Without memory, too: what was written may be as large as the indexes.
        scope_fail unfinished(
            [&] { if_memory_allows([&] { static_cast<void>(made ? made->writer.abandon() : result<>()); }); });
        MKDB_TRY(partition->at_mark([&](storage::log_mark const& mark, auto const& state) {
            if (mark.bytes.empty()) {
                return;
            }
            if (is_too_large_to_copy(*partition)) {
                made.emplace(capture{keeper.write(count_sections(mark, state))});
                made->written = write_at_once(made->writer, mark, state, is_late);
            } else {
                made.emplace(capture{keeper.write(copy_state(mark, state))});
            }
            // What was read of indexes whose disk failed may be anything.
            auto const kept = partition->index_memory()->check();
            made->written = made->written ? kept : made->written;
            made->covered = partition->backend().statistics().bytes_appended;
        }));
        unfinished.release();
        if (!made) {
            return std::optional<checkpoint_run>{};
        }
        return std::optional(checkpoint_run(std::move(partition), std::move(*made), *captured));
    }

    /// Writes a part; false when the checkpoint is in its place, or was outrun by versions that moved. Errors: `io`,
    /// `no_space`: then nothing is left of it.
    [[nodiscard]] result<bool> step() {
        if (!written_.written) {
            return remove_rest(written_.written.error());
        }
        auto const more = writer().step();
        if (!more) {
            return remove_rest(more.error());
        }
        if (*more) {
            return true;
        }
        auto const published = partition_->checkpoint().publish(captured_, written_.covered, writer().size(),
                                                                [this] { return writer().publish(); });
        if (!published) {
            return remove_rest(published.error());
        }
        if (!*published) {
            MKDB_TRY(writer().abandon());
        }
        return false;
    }

    /// Removes what was written. Errors: `io`.
    [[nodiscard]] result<> abandon() { return writer().abandon(); }

private:
    using keeper_type = std::remove_reference_t<decltype(std::declval<Partition&>().checkpoint())>;
    using writer_type = decltype(std::declval<keeper_type&>().write(std::size_t{}));

    struct capture {
        writer_type writer;
        result<> written{}; ///< What came of it so far.
        std::uint64_t covered = 0;
    };

    checkpoint_run(std::shared_ptr<Partition> partition, capture made, std::uint64_t captured)
        : partition_(std::move(partition)), written_(std::move(made)), captured_(captured) {}

    template <class State, class IsLate>
    [[nodiscard]] static result<> write_at_once(writer_type& to, storage::log_mark const& mark, State const& state,
                                                IsLate const& is_late) {
        auto const obstacle = [&] {
            return is_late() ? result<>(fail(errc::io, "its indexes, which lie on the disk, took too long"))
                             : result<>();
        };
        result<> written;
        save_state(mark, state, [&](log::section_kind kind, auto const& write) {
            written = written ? to.put(kind, write, obstacle) : written;
        });
        return written;
    }

    [[nodiscard]] writer_type& writer() noexcept { return written_.writer; }

    [[nodiscard]] error remove_rest(error why) {
        if (auto const removed = writer().abandon(); !removed) {
            why.message += "; what was written of it could not be removed: " + removed.error().message;
        }
        return why;
    }

    std::shared_ptr<Partition> partition_;
    capture written_;
    std::uint64_t captured_;
};

} // namespace mkdb::engine
