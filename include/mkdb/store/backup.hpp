#pragma once

#include <mkdb/clock/concept.hpp>
#include <mkdb/file/staged_directory.hpp>
#include <mkdb/storage/frozen.hpp>
#include <mkdb/store/backup_catalogue.hpp>
#include <mkdb/store/backup_fault.hpp>
#include <mkdb/store/file_copy.hpp>
#include <mkdb/store/opening.hpp>

#include <algorithm>
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
    /// Whether the segments that an earlier generation has are read before this one counts on them. Without it a disk
    /// that rots makes backups that cannot be restored; their lengths are looked at all the same.
    bool verify_earlier = true;
    copy_progress on_progress{}; ///< Hears of bytes that were copied, and of those that were verified.
};

/// A segment of an earlier generation that is not what its name says.
struct distrusted_segment {
    std::filesystem::path path;
    std::string problem;      ///< Goes on after the path.
    bool copied_anew = false; ///< Else the database has it no more, and the generations that name it are damaged.
};

struct backup_report {
    std::filesystem::path directory; ///< Of the generation.
    backup_manifest manifest;
    std::uint64_t copied_segments = 0;
    std::uint64_t copied_bytes = 0; ///< Of segments that no earlier generation has, or not as they should be.
    std::vector<distrusted_segment> distrusted{};
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
        MKDB_TRY(run.learn_what_to_trust());
        MKDB_TRY(files.create_directories(run.report_.directory));
        return run;
    }

    /// Whether a segment of this key must be copied. Reads nothing: writers wait for the answer.
    [[nodiscard]] bool wants(std::string const& key) const { return !trusted_.contains(key); }

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
          earlier_(std::move(earlier)), named_(shared_segments(earlier_)) {
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

    /// What this generation need not copy are segments of the newest one that are what their names say. Those that only
    /// older ones have, a database hardly has: should it, they are copied anew, which costs less than reading all.
    [[nodiscard]] result<> learn_what_to_trust() {
        auto const newest = std::find_if(earlier_.rbegin(), earlier_.rend(),
                                         [](auto const& each) { return each.manifest.has_value(); });
        if (newest == earlier_.rend()) {
            return {};
        }
        auto const reading = options_->verify_earlier ? backup_reading::digest : backup_reading::length;
        for (auto const& file : newest->manifest->files) {
            if (file.key.empty()) {
                continue;
            }
            auto const path = segment_path(file.key);
            MKDB_TRY_ASSIGN(auto problem, find_backup_fault(*files_, path, file, reading, options_->on_progress));
            if (problem.empty()) {
                trusted_.emplace(file.key, file);
            } else {
                report_.distrusted.push_back({path, std::move(problem)});
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
            if (!named_.contains(name) && !trusted_.contains(name)) {
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
        auto named = trusted_.at(segment.key);
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
        trusted_.insert_or_assign(
            segment.key,
            backup_file{.path = {}, .size = copied.size, .digest = digest_text(copied.digest), .key = segment.key});
        for (auto& each : report_.distrusted) {
            each.copied_anew = each.copied_anew || each.path == target;
        }
        ++report_.copied_segments;
        report_.copied_bytes += copied.size;
        return {};
    }

    Files* files_;
    std::filesystem::path root_;
    backup_options const* options_;
    typename Files::lock_handle lock_;
    std::vector<listed_backup> earlier_;
    std::map<std::string, backup_file, std::less<>> named_;     ///< By earlier generations; by key.
    std::map<std::string, backup_file, std::less<>> trusted_{}; ///< Segments that are there as they should be, by key.
    std::set<std::filesystem::path> directories_;           ///< Whose names are to be synced.
    backup_report report_;
};

} // namespace mkdb
