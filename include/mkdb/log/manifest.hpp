#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/log/manifest_load.hpp>

#include <array>

namespace mkdb::log {

/// The list of segments that are the log, kept as a log of edits in two copies. What it does not name does not count.
///
/// Thread safety: one thread at a time.
template <class Files>
class manifest {
public:
    /// Takes up what `load_manifest` found. If that was damaged or has grown over its content, or there is none yet, a
    /// new generation is written first and CURRENT switched to it.
    template <class Random>
    [[nodiscard]] static result<manifest> open(Files& files, Random& random, std::filesystem::path const& directory,
                                               loaded_manifest loaded) {
        manifest opened(files, directory, std::move(loaded.state), loaded.header);
        if (!loaded.found) {
            MKDB_TRY_ASSIGN(opened.header_.log_id, make_uuid(random));
        }
        if (loaded.sound && !has_outgrown(opened.state_, loaded.end)) {
            MKDB_TRY(opened.take_up(loaded));
            return opened;
        }
        auto const written = opened.write_generation(random, loaded.header.generation + 1);
        if (!written && loaded.sound && written.error().code == errc::no_space) {
            // A disk that is too full for tidying up is no reason not to open.
            MKDB_TRY(opened.remove_generation(loaded.header.generation + 1));
            MKDB_TRY(opened.take_up(loaded));
            return opened;
        }
        MKDB_TRY(written);
        MKDB_TRY(opened.switch_generation(loaded.header.generation));
        return opened;
    }

    [[nodiscard]] manifest_state const& state() const noexcept { return state_; }
    [[nodiscard]] uuid const& log_id() const noexcept { return header_.log_id; }

    /// Makes sure that an edit of so many entries finds room on the disk, and one of a few after it. Nothing is
    /// written: `no_space` is harmless.
    [[nodiscard]] result<> reserve(std::size_t entries) {
        auto const needed = end_ + edit_size(entries) + edit_size(few_entries);
        if (needed <= reserved_) {
            return {};
        }
        auto const wanted = align_up(needed, 16 * kibibyte);
        for (auto& copy : copies_) {
            MKDB_TRY(copy.preallocate(wanted));
        }
        reserved_ = wanted;
        return {};
    }

    /// Makes an edit durable in both copies, in order: `merge_copies` relies on it. A failure leaves the end of the
    /// manifest unknown; the caller makes no further edit. `std::bad_alloc` leaves all as it was.
    [[nodiscard]] result<> append(std::span<manifest_entry const> entries) {
        return make_durable(entries, encode_edit(entries, edit_count_, place(header_.manifest_id), end_));
    }

    [[nodiscard]] result<> close() {
        for (auto& copy : copies_) {
            MKDB_TRY(copy.close());
        }
        copies_.clear();
        return {};
    }

private:
    /// As many as ending a segment takes, which must be possible on a full disk.
    static constexpr std::size_t few_entries = 4;
    /// Reading less than this costs nothing.
    static constexpr std::uint64_t small_manifest = 64 * kibibyte;

    /// Whether most of the edits have been overtaken by others. Nothing else ends the growth of a manifest.
    [[nodiscard]] static bool has_outgrown(manifest_state const& state, std::uint64_t end) {
        auto const anew = sizeof(manifest_header) + edit_size(state.segments().size() + 1);
        return end >= small_manifest && end > 4 * anew;
    }

    manifest(Files& files, std::filesystem::path directory, manifest_state state, manifest_header const& header)
        : files_(&files), directory_(std::move(directory)), state_(std::move(state)), header_(header) {}

    /// What the files say and what memory knows may not come apart: no memory for that ends the process.
    template <class Bytes>
    [[nodiscard]] result<> make_durable(std::span<manifest_entry const> entries, Bytes const& bytes) noexcept {
        for (auto& copy : copies_) {
            MKDB_TRY(copy.write_at(end_, bytes));
            MKDB_TRY(copy.sync());
        }
        for (auto const& entry : entries) {
            bool const sensible = state_.apply(entry);
            MKDB_ASSERT(sensible);
        }
        ++edit_count_;
        end_ += bytes.size();
        return {};
    }

    [[nodiscard]] std::filesystem::path path(unsigned copy) const {
        return directory_ / names::manifest(header_.generation, copy);
    }

    [[nodiscard]] result<> take_up(loaded_manifest const& loaded) {
        header_ = loaded.header;
        edit_count_ = loaded.edit_count;
        end_ = loaded.end;
        copies_.clear();
        for (unsigned copy = 0; copy < 2; ++copy) {
            MKDB_TRY_ASSIGN(auto file, files_->open(path(copy), file::open_mode::read_write));
            copies_.push_back(std::move(file));
        }
        return {};
    }

    /// Durable, and of no effect: the old generation counts until CURRENT is switched.
    template <class Random>
    [[nodiscard]] result<> write_generation(Random& random, std::uint32_t generation) {
        header_.generation = generation;
        MKDB_TRY_ASSIGN(header_.manifest_id, make_uuid(random));
        auto const snapshot = state_.snapshot();
        auto const edit = encode_edit(snapshot, 0, place(header_.manifest_id), sizeof(manifest_header));
        for (unsigned copy = 0; copy < 2; ++copy) {
            MKDB_TRY_ASSIGN(auto file, files_->open(path(copy), file::open_mode::create_new));
            header_.copy = copy;
            header_ = sealed(header_);
            MKDB_TRY(file.write_at(0, std::as_bytes(std::span(&header_, 1))));
            MKDB_TRY(file.write_at(sizeof header_, edit));
            MKDB_TRY(file.sync());
            copies_.push_back(std::move(file));
        }
        edit_count_ = 1;
        end_ = sizeof(manifest_header) + edit.size();
        return files_->sync_directory(directory_);
    }

    /// From now on the generation that was written counts, and the one before can go: both say the same.
    [[nodiscard]] result<> switch_generation(std::uint32_t before) {
        MKDB_TRY(file::replace_whole(*files_, directory_ / names::current, encode_current(header_.generation)));
        return remove_generation(before);
    }

    [[nodiscard]] result<> remove_generation(std::uint32_t generation) {
        bool removed = false;
        for (unsigned copy = 0; copy < 2; ++copy) {
            auto const old = directory_ / names::manifest(generation, copy);
            MKDB_TRY_ASSIGN(auto const present, files_->exists(old));
            if (present) {
                MKDB_TRY(files_->remove(old));
                removed = true;
            }
        }
        return removed ? files_->sync_directory(directory_) : result<>();
    }

    Files* files_;
    std::filesystem::path directory_;
    manifest_state state_;
    manifest_header header_;
    std::vector<typename Files::file> copies_;
    std::uint64_t edit_count_ = 0;
    std::uint64_t end_ = 0;
    std::uint64_t reserved_ = 0; ///< The disk has room for both copies up to here.
};

} // namespace mkdb::log
