#pragma once

#include <mkdb/clock/concept.hpp>
#include <mkdb/file/staged_directory.hpp>
#include <mkdb/storage/frozen.hpp>
#include <mkdb/store/backup_catalogue.hpp>
#include <mkdb/store/file_copy.hpp>
#include <mkdb/store/opening.hpp>

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mkdb {

struct backup_options {
    std::map<std::string, std::string> files{}; ///< Kept beside the stores, by path: a server's configuration.
    /// Stores that are on disk and not open, or have lost their identity; others of that kind are an error.
    std::set<std::string> leave_out{};
    copy_progress on_progress{};
};

struct backup_report {
    std::filesystem::path directory; ///< Of the generation.
    backup_manifest manifest;
    std::uint64_t copied_segments = 0;
    std::uint64_t copied_bytes = 0; ///< Of segments that no earlier generation has.
};

/// One backup on its way into a directory of backups. `basic_database::backup` drives it.
///
/// Segments are shared by all generations under the name of their bytes, each generation has a directory for the rest,
/// and its `backup.json` is written when all it names is on the disk: without that file it is no backup.
template <class Files>
class backup_run {
public:
    using frozen = storage::frozen_log<typename Files::file>;

    /// Errors: `locked` while another backup runs there; `io`.
    [[nodiscard]] static result<backup_run> begin(Files& files, std::filesystem::path const& root, clock::wall_time now,
                                                  backup_options const& options) {
        MKDB_TRY(files.create_directories(root / backup_names::segments));
        MKDB_TRY_ASSIGN(auto lock, files.lock(root / backup_names::lock));
        MKDB_TRY_ASSIGN(auto earlier, list_backups(files, root));
        backup_run run(files, root, options, std::move(lock), std::move(earlier));
        run.report_.manifest.created_ms =
            std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
        MKDB_TRY(run.drop_unfinished());
        MKDB_TRY(files.create_directories(run.report_.directory));
        return run;
    }

    /// Whether a segment of this key must be copied.
    [[nodiscard]] bool wants(std::string const& key) {
        auto const known = known_.find(key);
        if (known == known_.end()) {
            return true;
        }
        // A file that is gone or was cut short is no copy; that its bytes are right is checked when it is restored.
        auto const file = files_->open(segment_path(key), file::open_mode::read_only);
        auto const size = file ? file->size() : result<std::uint64_t>(file.error());
        return !size || *size != known->second.size;
    }

    /// Adds a store with its identity; its partitions follow.
    [[nodiscard]] result<> add_store(std::string const& name, std::string const& identity) {
        report_.manifest.stores.push_back({.name = name});
        return add_file("stores/" + name + "/STORE", identity);
    }

    /// Adds the next partition of the store that was added last. Errors: `corrupt_file` when a segment is not what its
    /// log says of it; `io`, `no_space`.
    [[nodiscard]] result<> add_partition(frozen log) {
        auto& added = report_.manifest.stores.back();
        auto const directory = "stores/" + added.name + "/" +
                               partition_directory(static_cast<std::uint32_t>(added.sequences.size())) + "/";
        for (auto& each : log.files) {
            MKDB_TRY(each.key.empty() ? add_file(directory + each.name, each.content)
                                      : add_segment(directory + each.name, each));
        }
        added.sequences.push_back(log.last_sequence);
        return {};
    }

    /// Drops segments that no generation names any more, and makes this one count. Errors: `io`, `no_space`.
    [[nodiscard]] result<backup_report> finish() {
        for (auto const& [path, content] : options_->files) {
            MKDB_TRY(add_file(path, content));
        }
        for (auto const& directory : directories_) {
            MKDB_TRY(files_->sync_directory(directory));
        }
        MKDB_TRY(drop_unnamed());
        MKDB_TRY(files_->sync_directory(root_ / backup_names::segments));
        MKDB_TRY(
            file::replace_whole(*files_, report_.directory / backup_names::manifest, encode_backup(report_.manifest)));
        return std::move(report_);
    }

private:
    backup_run(Files& files, std::filesystem::path root, backup_options const& options,
               typename Files::lock_handle lock, std::vector<listed_backup> earlier)
        : files_(&files), root_(std::move(root)), options_(&options), lock_(std::move(lock)),
          earlier_(std::move(earlier)), known_(shared_segments(earlier_)) {
        report_.manifest.generation = earlier_.empty() ? 1 : earlier_.back().generation + 1;
        report_.directory = root_ / backup_names::generation(report_.manifest.generation);
    }

    [[nodiscard]] std::filesystem::path segment_path(std::string const& key) const {
        return root_ / backup_names::segments / key;
    }

    /// What a run that was cut off left: the lock says that none is at work.
    [[nodiscard]] result<> drop_unfinished() {
        for (auto const& each : earlier_) {
            if (!each.finished) {
                MKDB_TRY(file::remove_tree(*files_, each.directory));
            }
        }
        return {};
    }

    /// Only when every generation can be read: a damaged one may still be mended by hand.
    [[nodiscard]] result<> drop_unnamed() {
        for (auto const& each : earlier_) {
            if (each.finished && !each.manifest) {
                return {};
            }
        }
        MKDB_TRY_ASSIGN(auto const names, files_->list(root_ / backup_names::segments));
        for (auto const& name : names) {
            if (!known_.contains(name)) {
                MKDB_TRY(files_->remove(segment_path(name)));
            }
        }
        return {};
    }

    [[nodiscard]] result<> add_file(std::string const& path, std::string const& content) {
        auto const target = report_.directory / path;
        for (auto up = target.parent_path(); up != report_.directory; up = up.parent_path()) {
            directories_.insert(up);
        }
        directories_.insert(report_.directory);
        MKDB_TRY(files_->create_directories(target.parent_path()));
        MKDB_TRY(write_new_file(*files_, target, content));
        report_.manifest.files.push_back({path, content.size(), digest_text(content)});
        return {};
    }

    [[nodiscard]] result<> add_segment(std::string path, storage::frozen_file<typename Files::file>& segment) {
        if (segment.file) {
            MKDB_TRY(copy_segment(path, segment));
        }
        auto named = known_.at(segment.key);
        named.path = std::move(path);
        report_.manifest.files.push_back(std::move(named));
        return {};
    }

    [[nodiscard]] result<> copy_segment(std::string const& path, storage::frozen_file<typename Files::file>& segment) {
        auto const target = segment_path(segment.key);
        auto const fresh = std::filesystem::path(target) += ".new";
        MKDB_TRY_ASSIGN(bool const stale, files_->exists(fresh));
        if (stale) {
            MKDB_TRY(files_->remove(fresh));
        }
        MKDB_TRY_ASSIGN(auto const copied,
                        copy_file(*files_, *segment.file, fresh, segment.digest_bytes, options_->on_progress));
        segment.file.reset();
        if (copied.size != segment.size || copied.first_digest != segment.digest) {
            MKDB_TRY(files_->remove(fresh));
            return fail(errc::corrupt_file, path +
                                                " is damaged: its bytes are not those that its manifest names; mend it "
                                                "before it is backed up");
        }
        MKDB_TRY(files_->rename(fresh, target));
        known_.insert_or_assign(
            segment.key,
            backup_file{.path = {}, .size = copied.size, .digest = digest_text(copied.digest), .key = segment.key});
        ++report_.copied_segments;
        report_.copied_bytes += copied.size;
        return {};
    }

    Files* files_;
    std::filesystem::path root_;
    backup_options const* options_;
    typename Files::lock_handle lock_;
    std::vector<listed_backup> earlier_;
    std::map<std::string, backup_file, std::less<>> known_; ///< Segments that are there, by key.
    std::set<std::filesystem::path> directories_;           ///< Whose names are to be synced.
    backup_report report_;
};

} // namespace mkdb
