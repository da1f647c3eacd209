#pragma once

#include <mkdb/file/concept.hpp>
#include <mkdb/file/whole_file.hpp>
#include <mkdb/log/current_format.hpp>
#include <mkdb/log/file_names.hpp>
#include <mkdb/log/manifest_copies.hpp>
#include <mkdb/log/manifest_state.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::log {

/// What the manifest files of a directory say. Reading them changes nothing.
struct loaded_manifest {
    bool found = false; ///< False: the directory holds no log yet.
    bool sound = false; ///< Both copies and CURRENT are as they should be, so that edits can be appended.
    manifest_header header;
    manifest_state state;
    std::uint64_t edit_count = 0;
    std::uint64_t end = 0; ///< Of the last edit, when sound.
    std::vector<std::string> notes;
};

namespace detail {

/// A copy that says of itself that it is another than its name says has come here from elsewhere: it counts as damaged.
template <class Files>
[[nodiscard]] result<manifest_copy> load_copy(Files& files, std::filesystem::path const& directory,
                                              std::uint32_t generation, unsigned which) {
    auto const path = directory / names::manifest(generation, which);
    MKDB_TRY_ASSIGN(auto const present, files.exists(path));
    if (!present) {
        return manifest_copy{};
    }
    auto const content = file::read_whole(files, path);
    if (!content && content.error().code == errc::io) {
        return manifest_copy{.withheld = content.error()};
    }
    MKDB_TRY(content);
    auto copy = read_manifest_copy(as_bytes(*content));
    if (copy.condition == manifest_copy::state::newer) {
        return fail(errc::format_newer, path.string() + " was written by a newer version, or on another byte order");
    }
    if (copy.condition == manifest_copy::state::foreign) {
        return fail(errc::format_unknown, path.string() + " is not a manifest of this program");
    }
    bool const in_place = copy.header.generation == generation && copy.header.copy == which;
    return in_place ? std::move(copy) : manifest_copy{};
}

/// Whether a segment that the copy names is here.
template <class Files>
[[nodiscard]] result<bool> is_vouched_for(Files& files, std::filesystem::path const& directory,
                                          manifest_copy const& copy) {
    for (auto const& [index, edit] : copy.edits) {
        for (auto const& entry : edit.entries) {
            auto const path = directory / names::segment(entry.number);
            MKDB_TRY_ASSIGN(auto const present, files.exists(path));
            if (!present) {
                continue;
            }
            std::array<std::byte, sizeof(segment_header)> bytes{};
            MKDB_TRY_ASSIGN(auto const file, files.open(path, file::open_mode::read_only));
            auto const got = file.read_at(0, bytes);
            if (got && judge_header(std::span(bytes).first(*got), entry.segment_id) == header_verdict::good) {
                return true;
            }
        }
    }
    return false;
}

/// Of two whole copies that are not of one manifest, one belongs to another log. The segments tell which: it counts as
/// damaged. When they do not, both stay, and are not readable together.
template <class Files>
[[nodiscard]] result<> drop_misplaced(Files& files, std::filesystem::path const& directory, manifest_copy& first,
                                      manifest_copy& second) {
    bool const both = first.condition == manifest_copy::state::whole && second.condition == manifest_copy::state::whole;
    if (!both || are_of_one_manifest(first, second)) {
        return {};
    }
    MKDB_TRY_ASSIGN(bool const first_belongs, is_vouched_for(files, directory, first));
    MKDB_TRY_ASSIGN(bool const second_belongs, is_vouched_for(files, directory, second));
    if (first_belongs != second_belongs) {
        (first_belongs ? second : first) = {};
    }
    return {};
}

/// What the disk withholds may be whole: only a copy that is of this log, and lacks nothing by its own account, does
/// without it. Errors: why it is withheld; `io`.
template <class Files>
[[nodiscard]] result<> check_withheld(Files& files, std::filesystem::path const& directory, manifest_copy const& one,
                                      manifest_copy const& other) {
    if (!one.withheld) {
        return {};
    }
    MKDB_TRY_ASSIGN(bool const belongs, is_vouched_for(files, directory, other));
    return belongs && other.stands_alone() ? result<>() : result<>(*one.withheld);
}

/// Generations that have a file here, newest first.
[[nodiscard]] inline std::vector<std::uint32_t> generations(std::vector<std::string> const& names) {
    std::set<std::uint32_t, std::greater<>> found;
    constexpr std::string_view prefix = "manifest-";
    for (auto const& name : names) {
        std::uint32_t number = 0;
        if (name.starts_with(prefix)) {
            std::from_chars(name.data() + prefix.size(), name.data() + name.size(), number);
        }
        if (number > 0 && (name == names::manifest(number, 0) || name == names::manifest(number, 1))) {
            found.insert(number);
        }
    }
    return {found.begin(), found.end()};
}

template <class Files>
[[nodiscard]] result<merged_manifest> load_generation(Files& files, std::filesystem::path const& directory,
                                                      std::uint32_t generation, loaded_manifest& loaded) {
    MKDB_TRY_ASSIGN(auto first, load_copy(files, directory, generation, 0));
    MKDB_TRY_ASSIGN(auto second, load_copy(files, directory, generation, 1));
    MKDB_TRY(check_withheld(files, directory, first, second));
    MKDB_TRY(check_withheld(files, directory, second, first));
    if (auto const& withheld = first.withheld ? first.withheld : second.withheld) {
        loaded.notes.push_back(withheld->message);
    }
    MKDB_TRY(drop_misplaced(files, directory, first, second));
    loaded.end = first.end;
    return merge_copies(first, second);
}

/// The generation that CURRENT names; zero if it is missing or damaged. Which of several counts nothing else can tell,
/// and the disk may give it the next time: it is zero only with one in `present`.
template <class Files>
[[nodiscard]] result<std::uint32_t> load_current(Files& files, std::filesystem::path const& directory,
                                                 std::vector<std::uint32_t> const& present,
                                                 std::vector<std::string>& notes) {
    auto const path = directory / names::current;
    MKDB_TRY_ASSIGN(bool const there, files.exists(path));
    if (!there) {
        return std::uint32_t{0};
    }
    auto const line = file::read_whole(files, path);
    if (!line && line.error().code == errc::io && present.size() == 1) {
        notes.push_back(line.error().message);
        return std::uint32_t{0};
    }
    MKDB_TRY(line);
    MKDB_TRY_ASSIGN(auto const generation, decode_current(*line));
    return generation.value_or(0);
}

[[nodiscard]] inline error unreadable_manifest(std::filesystem::path const& directory) {
    return fail(errc::corrupt_file, "no manifest in " + directory.string() +
                                        " can be read whole, in either copy: restore it or the log from a backup");
}

} // namespace detail

/// Finds the manifest that counts: the one that CURRENT names, or, if CURRENT is gone or damaged, the newest readable.
/// Errors: `corrupt_file` when there is a log but no readable manifest: a log never starts empty by accident;
/// `format_newer`, `format_unknown`; `io`.
template <class Files>
[[nodiscard]] result<loaded_manifest> load_manifest(Files& files, std::filesystem::path const& directory,
                                                    std::vector<std::string> const& file_names) {
    auto const present = detail::generations(file_names);
    loaded_manifest loaded;
    MKDB_TRY_ASSIGN(auto const current, detail::load_current(files, directory, present, loaded.notes));
    auto const candidates = current > 0 ? std::vector{current} : present;
    for (auto const generation : candidates) {
        MKDB_TRY_ASSIGN(auto const merged, detail::load_generation(files, directory, generation, loaded));
        if (!merged.readable) {
            continue;
        }
        loaded.found = true;
        loaded.sound = merged.agreed && current > 0;
        loaded.header = merged.header;
        loaded.edit_count = merged.edits.size();
        for (auto const& edit : merged.edits) {
            for (auto const& entry : edit.entries) {
                if (!loaded.state.apply(entry)) {
                    return detail::unreadable_manifest(directory);
                }
            }
        }
        if (!loaded.sound) {
            loaded.notes.push_back(current > 0
                                       ? "one copy of the manifest was damaged or incomplete; the other replaced it"
                                       : "CURRENT was missing or damaged; the newest manifest took its place");
        }
        return loaded;
    }
    bool const has_segments = std::ranges::any_of(
        file_names, [](auto const& name) { return name.starts_with("segment-") || name.starts_with("parity-"); });
    bool const has_current = std::ranges::find(file_names, names::current) != file_names.end();
    if (has_segments || has_current) {
        return detail::unreadable_manifest(directory);
    }
    return loaded;
}

} // namespace mkdb::log
