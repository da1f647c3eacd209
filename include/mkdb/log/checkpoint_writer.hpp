#pragma once

#include <mkdb/core/byte_writer.hpp>
#include <mkdb/file/concept.hpp>
#include <mkdb/log/checkpoint_format.hpp>
#include <mkdb/log/digest.hpp>
#include <mkdb/log/file_names.hpp>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::log {

/// A part of a checkpoint on its way to the disk.
struct checkpoint_section {
    section_kind kind = section_kind::mark;
    std::string bytes;
};

/// Writes a checkpoint beside the one that counts, which `publish` replaces: in short steps what was copied for it, or
/// at once what is too large for a copy.
///
/// The header comes last, so that a file that was not finished is none. Whatever fails leaves the old checkpoint.
/// Thread safety: one thread at a time.
template <class Files>
class checkpoint_writer {
public:
    checkpoint_writer(Files& files, std::filesystem::path directory, std::vector<checkpoint_section> sections)
        : files_(&files), directory_(std::move(directory)), sections_(std::move(sections)), table_(sections_.size()),
          end_(sizeof(checkpoint_header) + table_.size() * sizeof(section_entry)) {
        for (std::size_t i = 0; i < sections_.size(); ++i) {
            table_[i].kind = sections_[i].kind;
            table_[i].length = sections_[i].bytes.size();
        }
    }

    /// A checkpoint of so many sections, which `put` gets.
    checkpoint_writer(Files& files, std::filesystem::path directory, std::size_t sections)
        : files_(&files), directory_(std::move(directory)), table_(sections),
          end_(sizeof(checkpoint_header) + table_.size() * sizeof(section_entry)) {}

    /// Writes the next section while `write(to)` writes it to a `byte_writer`, of which a piece is in memory. Errors:
    /// `io`, `no_space`, and what `obstacle()` gives, which is asked now and then.
    template <class Write, class Obstacle>
    [[nodiscard]] result<> put(section_kind kind, Write const& write, Obstacle const& obstacle) {
        if (!file_) {
            MKDB_TRY(begin());
        }
        result<> done;
        byte_writer to([&](std::string_view piece) {
            done = obstacle();
            done = done ? write_piece(piece) : done;
            if (!done) {
                throw given_up(); // Indexes have no other way to end writing, and may have gigabytes to go.
            }
        });
        try {
            write(to);
            to.flush();
        } catch (given_up const&) {
            return done;
        }
        table_[section_].kind = kind;
        table_[section_].length = to.size();
        end_section();
        return {};
    }

    /// Writes some mebibytes of what was copied; false when all is written and synced. Errors: `io`, `no_space`.
    [[nodiscard]] result<bool> step() {
        if (!file_) {
            MKDB_TRY(begin());
        }
        if (section_ < sections_.size()) {
            auto& from = sections_[section_].bytes;
            auto const piece = std::string_view(from).substr(at_, piece_bytes);
            MKDB_TRY(write_piece(piece));
            at_ += piece.size();
            if (at_ == from.size()) {
                end_section();
                std::string().swap(from);
                at_ = 0;
            }
            return true;
        }
        MKDB_TRY(write_head());
        MKDB_TRY(file_->sync());
        MKDB_TRY(file_->close());
        return false;
    }

    /// Puts the finished file in the place of the checkpoint. Precondition: `step` returned false. Errors: `io`; then
    /// either of the two may be there after a crash.
    [[nodiscard]] result<> publish() {
        MKDB_TRY(files_->rename(directory_ / names::new_checkpoint, directory_ / names::checkpoint));
        return files_->sync_directory(directory_);
    }

    /// Removes what was written. Errors: `io`; the next checkpoint takes the place of what is left.
    [[nodiscard]] result<> abandon() {
        auto const path = directory_ / names::new_checkpoint;
        file_.reset();
        MKDB_TRY_ASSIGN(bool const there, files_->exists(path));
        return there ? files_->remove(path) : result<>();
    }

    /// Of the whole file.
    [[nodiscard]] std::uint64_t size() const noexcept {
        auto size = sizeof(checkpoint_header) + table_.size() * sizeof(section_entry);
        for (auto const& each : table_) {
            size += each.length;
        }
        return size;
    }

private:
    struct given_up {};

    static constexpr std::uint64_t piece_bytes = 4 * mebibyte;
    /// So that the last sync does not have to wait for all of a large file.
    static constexpr std::uint64_t bytes_between_syncs = 32 * mebibyte;

    [[nodiscard]] result<> begin() {
        auto const path = directory_ / names::new_checkpoint;
        MKDB_TRY_ASSIGN(bool const stale, files_->exists(path));
        if (stale) {
            MKDB_TRY(files_->remove(path));
        }
        MKDB_TRY_ASSIGN(file_, files_->open(path, file::open_mode::create_new));
        return {};
    }

    [[nodiscard]] result<> write_piece(std::string_view piece) {
        MKDB_TRY(file_->write_at(end_, as_bytes(piece)));
        digest_.add(as_bytes(piece));
        end_ += piece.size();
        unsynced_ += piece.size();
        if (unsynced_ >= bytes_between_syncs) {
            MKDB_TRY(file_->sync());
            unsynced_ = 0;
        }
        return {};
    }

    void end_section() {
        table_[section_].digest = digest_.value();
        digest_ = digest_stream();
        ++section_;
    }

    [[nodiscard]] result<> write_head() {
        auto const table = std::as_bytes(std::span(table_));
        digest_stream digest;
        digest.add(table);
        auto const header = sealed(checkpoint_header{.file_length = end_,
                                                     .section_count = static_cast<std::uint32_t>(table_.size()),
                                                     .table_digest = digest.value()});
        std::string head(as_text(std::as_bytes(std::span(&header, 1))));
        head.append(as_text(table));
        return file_->write_at(0, as_bytes(head));
    }

    Files* files_;
    std::filesystem::path directory_;
    std::vector<checkpoint_section> sections_; ///< What was copied; none when `put` gets them.
    std::vector<section_entry> table_;
    std::uint64_t end_;
    std::optional<typename Files::file> file_;
    digest_stream digest_;
    std::size_t section_ = 0;
    std::uint64_t at_ = 0;
    std::uint64_t unsynced_ = 0;
};

} // namespace mkdb::log
