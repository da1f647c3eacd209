#pragma once

#include "config/json_text.hpp"
#include "config/key_tree.hpp"

#include <mkdb/file/whole_file.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace mkdb::server {

/// A configuration that passed every check, with each missing key at its default.
struct loaded_config {
    boost::json::object document;
    std::vector<std::string> warnings;
};

/// Turns text into a checked configuration. The error names the first problem and says how many more there are.
[[nodiscard]] result<loaded_config> read_config_text(std::string_view text, std::string const& shown_as);

/// DIR/config.json and the generation before it.
///
/// A save is atomic: the file holds the old document or the new one, whenever the power goes. A damaged file is never
/// replaced by the previous generation on its own: rights could come back that were taken away, so a person decides.
template <class FileSystem>
class config_file {
public:
    config_file(FileSystem& files, std::filesystem::path directory) : files_(files), directory_(std::move(directory)) {}

    [[nodiscard]] std::filesystem::path path() const { return directory_ / "config.json"; }
    [[nodiscard]] std::filesystem::path previous_path() const { return directory_ / "config.json.previous"; }
    [[nodiscard]] result<bool> exists() const { return files_.exists(path()); }

    /// Errors: `errc::not_found` without a file, `errc::corrupt_file` for one that is not JSON,
    /// `errc::invalid_argument` for a value that its key may not have.
    [[nodiscard]] result<loaded_config> load() const {
        MKDB_TRY_ASSIGN(auto const present, exists());
        if (!present) {
            return missing();
        }
        MKDB_TRY_ASSIGN(auto const text, file::read_whole(files_, path()));
        auto loaded = read_config_text(text, path().string());
        if (!loaded && loaded.error().code == errc::corrupt_file) {
            auto failure = std::move(loaded).error();
            failure.message += "; mend it" + previous_hint(", or copy the previous generation over it (");
            return failure;
        }
        return loaded;
    }

    /// Writes a new generation and keeps the one before.
    [[nodiscard]] result<> save(boost::json::object const& document) {
        MKDB_TRY_ASSIGN(auto const present, exists());
        if (present) {
            MKDB_TRY_ASSIGN(auto const old, file::read_whole(files_, path()));
            MKDB_TRY(file::replace_whole(files_, previous_path(), old));
        }
        return file::replace_whole(files_, path(), pretty_json(document));
    }

private:
    /// A mistyped path should not be met with the advice to make a database there.
    [[nodiscard]] error missing() const {
        auto const shown = directory_.string();
        auto const there = files_.exists(directory_);
        if (there && !*there) {
            return fail(errc::not_found, shown + " does not exist: expected the directory of a database");
        }
        return fail(errc::not_found, "no config.json in " + shown + ": run `mkdb init " + shown + "` first" +
                                         previous_hint(" (or restore "));
    }

    [[nodiscard]] std::string previous_hint(char const* before) const {
        auto const kept = files_.exists(previous_path());
        return kept && *kept ? before + previous_path().string() + ")" : std::string();
    }

    FileSystem& files_;
    std::filesystem::path directory_;
};

} // namespace mkdb::server
