#pragma once

#include <mkdb/log/batch_format.hpp>
#include <mkdb/log/findings.hpp>
#include <mkdb/log/manifest_state.hpp>
#include <mkdb/log/segment.hpp>
#include <mkdb/log/segment_numbers.hpp>
#include <mkdb/log/segment_writer.hpp>

#include <filesystem>
#include <memory>
#include <vector>

namespace mkdb::log {

/// Stands for healing where there is none: see `open_log`.
struct no_mending {
    [[nodiscard]] bool operator()(uuid const& /*log_id*/, segment_entry const& /*damaged*/,
                                  findings& /*found*/) const noexcept {
        return false;
    }
};

namespace detail {

/// A listed segment, as it is found when its log is opened.
template <class File>
struct listed_segment {
    segment_entry entry;
    std::unique_ptr<segment<File>> opened{}; ///< None: the file is missing.
    result<header_verdict> header = header_verdict::damaged;

    [[nodiscard]] bool suspect() const noexcept { return !opened || !header || *header != header_verdict::good; }
};

/// Errors: `io` when the file is there and cannot be opened.
template <class Files>
[[nodiscard]] result<listed_segment<typename Files::file>>
find_segment(Files& files, std::filesystem::path const& directory, segment_entry const& entry) {
    listed_segment<typename Files::file> found{.entry = entry};
    auto const path = directory / names::segment(entry.number);
    MKDB_TRY_ASSIGN(auto const present, files.exists(path));
    if (present) {
        MKDB_TRY_ASSIGN(auto file, files.open(path, file::open_mode::read_only));
        std::array<std::byte, sizeof(segment_header)> bytes{};
        auto const got = file.read_at(0, bytes);
        found.header = got ? result<header_verdict>(judge_header(std::span(bytes).first(*got), entry.id)) : got.error();
        // What is sealed was there, so that this is damage. What is not may be a torn tail: that must be known.
        if (!got && got.error().code == errc::io && entry.sealed) {
            found.header = header_verdict::damaged;
        }
        found.opened = std::make_unique<segment<typename Files::file>>(entry.number, entry.id, std::move(file));
    }
    return found;
}

template <class File>
[[nodiscard]] result<> check_segment(listed_segment<File> const& segment, std::filesystem::path const& path,
                                     findings& found) {
    if (!segment.opened) {
        return fail(errc::corrupt_file, path.string() + " is missing: restore it from a backup");
    }
    MKDB_TRY_ASSIGN(auto const verdict, segment.header);
    switch (verdict) {
    case header_verdict::good: return {};
    case header_verdict::damaged:
        found.notes.push_back("the header of " + path.filename().string() +
                              " is damaged; the manifest stands in for it");
        return {};
    case header_verdict::foreign:
        return fail(errc::corrupt_file, path.string() + " is not the segment that the manifest names: restore it");
    case header_verdict::newer:
        return fail(errc::format_newer, path.string() + " was written by a newer version, or on another byte order");
    }
    return {};
}

} // namespace detail

/// Opens every segment that the manifest names, in order, and checks that each is what the manifest says. Changes
/// nothing but what `mend(entry, findings)` heals: a sealed one that is not there or does not begin as it should.
/// Errors: `corrupt_file` if one is missing or is another; `format_newer`; `limit_exceeded` if a number is too high for
/// any table of segments; `io`.
template <class Files, class Mend>
[[nodiscard]] result<std::vector<std::unique_ptr<segment<typename Files::file>>>>
open_live_segments(Files& files, std::filesystem::path const& directory, manifest_state const& state, findings& found,
                   Mend const& mend) {
    std::vector<detail::listed_segment<typename Files::file>> listed;
    for (auto const& [number, entry] : state.segments()) {
        if (number >= segment_number_limit) {
            return fail(errc::limit_exceeded, "the manifest lists " + names::segment(number) +
                                                  ", and numbers of segments end below " +
                                                  std::to_string(segment_number_limit));
        }
        MKDB_TRY_ASSIGN(auto next, detail::find_segment(files, directory, entry));
        if (next.opened && next.header && *next.header == header_verdict::newer) {
            MKDB_TRY(detail::check_segment(next, directory / names::segment(number), found));
        }
        listed.push_back(std::move(next));
    }
    std::vector<std::unique_ptr<segment<typename Files::file>>> opened;
    for (auto& each : listed) {
        if (each.entry.sealed && each.suspect() && mend(each.entry, found)) {
            MKDB_TRY_ASSIGN(each, detail::find_segment(files, directory, each.entry));
        }
        MKDB_TRY(detail::check_segment(each, directory / names::segment(each.entry.number), found));
        opened.push_back(std::move(each.opened));
    }
    return opened;
}

/// Gives sealed segments the footer that they should end with, where a crash or rot took it. A file that is shorter
/// than its content is left alone: what it lost is for repair to restore. One whose end the disk withholds is mended,
/// or left with a note.
template <class Files, class Mend>
[[nodiscard]] result<> finish_seals(Files& files, std::filesystem::path const& directory, manifest_state const& state,
                                    std::vector<std::unique_ptr<segment<typename Files::file>>>& live, findings& found,
                                    Mend const& mend) {
    for (auto& each : live) {
        auto const& entry = state.segments().at(each->number());
        std::array<std::byte, sizeof(segment_footer)> bytes{};
        MKDB_TRY_ASSIGN(auto const size, each->file().size());
        auto const end = each->file().read_at(entry.length, bytes);
        if (!end && mend(entry, found)) {
            MKDB_TRY_ASSIGN(auto healed, detail::find_segment(files, directory, entry));
            each = std::move(healed.opened);
            continue;
        }
        if (!end) {
            found.notes.push_back("the footer of " + names::segment(each->number()) +
                                  " cannot be read; the manifest stands in for it: " + end.error().message);
            continue;
        }
        bool const good = size == entry.length + sizeof(segment_footer) &&
                          decode_footer(std::span(bytes).first(*end), each->where(), entry.length).has_value();
        if (good || size < entry.length) {
            continue;
        }
        auto const name = names::segment(each->number());
        MKDB_TRY_ASSIGN(auto writable, files.open(directory / name, file::open_mode::read_write));
        MKDB_TRY(write_footer(writable, entry.to_footer()));
        MKDB_TRY(writable.close());
        // A crash leaves segments without a footer; one that has its size was whole once, unless a batch was that long
        // which has been carried on.
        bool const begins_as_batch = *end >= sizeof batch_magic && load<std::uint32_t>(bytes.data()) == batch_magic;
        if (size == entry.length + sizeof(segment_footer) && !begins_as_batch) {
            found.notes.push_back("the footer of " + name + " was damaged and has been written again");
        }
    }
    return {};
}

} // namespace mkdb::log
