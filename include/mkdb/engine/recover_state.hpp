#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/engine/apply_tail.hpp>
#include <mkdb/engine/directory_builder.hpp>
#include <mkdb/engine/load_state.hpp>
#include <mkdb/engine/partition_state.hpp>
#include <mkdb/log/checkpoint_file.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// How far the reading of a log has come.
using read_progress = std::function<void(std::uint64_t bytes_done, std::uint64_t bytes_total)>;

/// The state of a partition as its log says it.
template <class IndexInstance>
struct recovered_state {
    partition_state<IndexInstance> state; ///< Without the indexes of `unfilled`.
    IndexInstance unfilled;               ///< Empty indexes that have to be filled from the records.
    std::vector<std::string> notes{};
    std::uint64_t checkpoint_bytes = 0; ///< Of the checkpoint that was used; zero for none.
    std::uint64_t bytes_replayed = 0;
    std::optional<std::string> redo{}; ///< What the log's last commit may owe to other partitions.
};

/// Recovers the state of a partition: from its checkpoint and what the log has behind it, or, when there is any doubt
/// about the checkpoint, from all of the log.
template <class Backend, class Files, class IndexInstance>
class state_recovery {
public:
    /// Makes the indexes that are wanted, empty.
    using index_maker = std::function<result<IndexInstance>()>;

    /// `hash_seed` is for a directory that is built anew.
    state_recovery(Backend& backend, Files& files, std::filesystem::path directory, index_maker make_indexes,
                   std::uint64_t hash_seed, read_progress on_progress)
        : backend_(&backend), files_(&files), directory_(std::move(directory)), make_indexes_(std::move(make_indexes)),
          seed_(hash_seed), on_progress_(std::move(on_progress)), total_(backend.statistics().bytes),
          progress_step_(std::max(least_progress, total_ / 10)) {}

    /// Errors: those of the log.
    [[nodiscard]] result<recovered_state<IndexInstance>> run() {
        if constexpr (storage::checkpointable_storage<Backend>) {
            auto restored = restore();
            if (restored && *restored) {
                return std::move(**restored);
            }
            if (!restored) {
                notes_.push_back("the checkpoint is not used, the log is read instead: " + restored.error().message);
            }
        }
        return rebuild();
    }

private:
    using recovered = recovered_state<IndexInstance>;
    using loader_type = state_loader<typename Files::file, IndexInstance>;
    static constexpr std::uint64_t least_progress = 16 * mebibyte;

    /// None without a checkpoint. An error tells why there is one that cannot be used.
    [[nodiscard]] result<std::optional<recovered>> restore() {
        MKDB_TRY_ASSIGN(bool const there, files_->exists(directory_ / log::names::checkpoint));
        if (!there) {
            return std::optional<recovered>{};
        }
        MKDB_TRY_ASSIGN(auto const file, log::checkpoint_file<typename Files::file>::open(*files_, directory_));
        MKDB_TRY_ASSIGN(auto empty, make_indexes_());
        loader_type loader(file, std::move(empty));
        MKDB_TRY(loader.load_mark());
        directory_builder tail(seed_);
        MKDB_TRY_ASSIGN(bool const fits, backend_->replay_after(loader.mark(), counted(tail)));
        if (!fits) {
            return fail(errc::corrupt_file, "it belongs to another state of the log");
        }
        MKDB_TRY_ASSIGN(auto saved, loader.load());
        retain_loaded(saved);
        auto redo = tail.take_redo();
        tail_application work(*backend_, saved);
        MKDB_TRY_ASSIGN(bool const applied, work.apply(std::move(tail), backend_->recovery().lost));
        if (!applied) {
            return fail(errc::corrupt_file, "it does not go together with what the log holds behind it");
        }
        MKDB_TRY_ASSIGN(auto whole, complete(std::move(saved), file.size()));
        whole.redo = std::move(redo);
        return std::optional(std::move(whole));
    }

    static void retain_loaded(saved_state<IndexInstance>& saved) {
        saved.indexes.retain([&](std::string const& field) { return saved.loaded.contains(field); });
    }

    [[nodiscard]] result<recovered> complete(saved_state<IndexInstance> saved, std::uint64_t size) {
        MKDB_TRY_ASSIGN(auto unfilled, make_indexes_());
        unfilled.retain([&](std::string const& field) { return !saved.loaded.contains(field); });
        retain_loaded(saved);
        partition_state<IndexInstance> state(seed_, std::move(saved.indexes));
        state.rows = std::move(saved.rows);
        state.lost = std::move(saved.lost);
        state.lost_unnamed = has_unnamed(backend_->recovery().lost);
        return recovered{std::move(state), std::move(unfilled), std::move(saved.notes), size, done_};
    }

    [[nodiscard]] result<recovered> rebuild() {
        done_ = 0;
        directory_builder all(seed_);
        MKDB_TRY(backend_->replay(counted(all)));
        MKDB_TRY_ASSIGN(auto unfilled, make_indexes_());
        partition_state<IndexInstance> state(seed_, IndexInstance());
        state.lost = all.take_lost(backend_->recovery().lost);
        state.lost_unnamed = has_unnamed(backend_->recovery().lost);
        auto redo = all.take_redo();
        state.rows = all.finish();
        return recovered{std::move(state), std::move(unfilled), std::move(notes_), 0, done_, std::move(redo)};
    }

    [[nodiscard]] static bool has_unnamed(std::vector<storage::lost_record> const& lost) {
        return std::ranges::any_of(lost, [](auto const& each) { return each.id.empty(); });
    }

    [[nodiscard]] auto counted(directory_builder& to) {
        return [this, &to](storage::log_record const& each, storage::location const& where) {
            to.add(each, where);
            auto const before = std::exchange(done_, done_ + where.length) / progress_step_;
            if (on_progress_ && done_ / progress_step_ != before) {
                on_progress_(done_, total_);
            }
        };
    }

    Backend* backend_;
    Files* files_;
    std::filesystem::path directory_;
    index_maker make_indexes_;
    std::uint64_t seed_;
    read_progress on_progress_;
    std::uint64_t total_;
    std::uint64_t progress_step_; ///< Between two calls of the progress function: ten of them are enough.
    std::uint64_t done_ = 0;
    std::vector<std::string> notes_;
};

} // namespace mkdb::engine
