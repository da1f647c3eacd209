#pragma once

#include <mkdb/log/findings.hpp>
#include <mkdb/log/manifest_state.hpp>
#include <mkdb/log/segment.hpp>
#include <mkdb/log/segment_writer.hpp>

#include <filesystem>
#include <memory>
#include <vector>

namespace mkdb::log {

namespace detail {

template <class File>
[[nodiscard]] result<> check_header(segment<File> const& opened, std::filesystem::path const& path, findings& found) {
    std::array<std::byte, sizeof(segment_header)> bytes{};
    MKDB_TRY_ASSIGN(auto const got, opened.file().read_at(0, bytes));
    switch (judge_header(std::span(bytes).first(got), opened.id())) {
    case header_verdict::good:
        return {};
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
/// nothing. Errors: `corrupt_file` if one is missing or is another; `format_newer`; `io`.
template <class Files>
[[nodiscard]] result<std::vector<std::unique_ptr<segment<typename Files::file>>>>
open_live_segments(Files& files, std::filesystem::path const& directory, manifest_state const& state, findings& found) {
    std::vector<std::unique_ptr<segment<typename Files::file>>> opened;
    for (auto const& [number, entry] : state.segments()) {
        auto const path = directory / names::segment(number);
        MKDB_TRY_ASSIGN(auto const present, files.exists(path));
        if (!present) {
            return fail(errc::corrupt_file, path.string() + " is missing: restore it from a backup");
        }
        MKDB_TRY_ASSIGN(auto file, files.open(path, file::open_mode::read_only));
        auto next = std::make_unique<segment<typename Files::file>>(number, entry.id, std::move(file));
        MKDB_TRY(detail::check_header(*next, path, found));
        opened.push_back(std::move(next));
    }
    return opened;
}

/// Gives sealed segments the footer that they should end with, where a crash or rot took it. A file that is shorter
/// than its content is left alone: what it lost is for repair to restore.
template <class Files>
[[nodiscard]] result<> finish_seals(Files& files, std::filesystem::path const& directory, manifest_state const& state,
                                    std::vector<std::unique_ptr<segment<typename Files::file>>> const& live,
                                    findings& found) {
    for (auto const& each : live) {
        auto const& entry = state.segments().at(each->number());
        std::array<std::byte, sizeof(segment_footer)> bytes{};
        MKDB_TRY_ASSIGN(auto const size, each->file().size());
        MKDB_TRY_ASSIGN(auto const got, each->file().read_at(entry.length, bytes));
        bool const good = size == entry.length + sizeof(segment_footer) &&
                          decode_footer(std::span(bytes).first(got), each->where(), entry.length).has_value();
        if (!entry.sealed || good || size < entry.length) {
            continue;
        }
        auto const name = names::segment(each->number());
        MKDB_TRY_ASSIGN(auto writable, files.open(directory / name, file::open_mode::read_write));
        MKDB_TRY(write_footer(writable, entry.to_footer()));
        MKDB_TRY(writable.close());
        // A crash leaves segments without a footer; one that has its size was whole once.
        if (size == entry.length + sizeof(segment_footer)) {
            found.notes.push_back("the footer of " + name + " was damaged and has been written again");
        }
    }
    return {};
}

} // namespace mkdb::log
