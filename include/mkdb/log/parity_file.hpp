#pragma once

#include <mkdb/file/concept.hpp>
#include <mkdb/log/manifest_state.hpp>
#include <mkdb/log/parity_format.hpp>
#include <mkdb/log/sealed_check.hpp>
#include <mkdb/parity/concept.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::log {

/// Whether the parity of a segment can be used, and if not, whether it may be replaced.
enum class parity_verdict {
    good,
    missing,
    damaged,     ///< Not even one header and one table are whole, or what is there cannot be read.
    foreign,     ///< Of another segment, or of another state of this one.
    other_codec, ///< Made by a codec that this program has not.
    newer,       ///< Of a newer version: nobody writes over it.
    unopened,    ///< Whatever it is, it could not be opened now: nobody writes over it, nor concludes from it.
};

/// A parity file that was looked into.
template <class File>
struct loaded_parity {
    parity_verdict verdict = parity_verdict::missing;
    std::string message{};    ///< Why it cannot be used, or what of it is damaged.
    bool frame_whole = false; ///< Both headers and both tables are as they were written.
    parity_header header{};
    parity_layout layout{};
    std::vector<block_checksum> sums{}; ///< Of the segment's blocks, then of the parity blocks. Empty if not asked for.
    std::optional<File> file{};
};

namespace detail {

template <class File>
[[nodiscard]] std::optional<std::vector<std::byte>> read_part(File const& file, std::uint64_t offset,
                                                              std::uint64_t size) {
    std::vector<std::byte> bytes(size);
    auto const got = file.read_at(offset, bytes);
    return got && *got == size ? std::optional(std::move(bytes)) : std::nullopt;
}

[[nodiscard]] inline parity_verdict verdict_of(header_verdict judged) noexcept {
    switch (judged) {
    case header_verdict::good: return parity_verdict::good;
    case header_verdict::foreign: return parity_verdict::foreign;
    case header_verdict::newer: return parity_verdict::newer;
    case header_verdict::damaged: break;
    }
    return parity_verdict::damaged;
}

/// Takes the first header that is whole.
template <class File>
void load_header(loaded_parity<File>& into, std::uint64_t size, segment_entry const& entry) {
    into.verdict = parity_verdict::damaged;
    into.frame_whole = true;
    std::uint64_t const last = size < sizeof(parity_header) ? 0 : size - sizeof(parity_header);
    for (auto const offset : {std::uint64_t{0}, last}) {
        auto const bytes = read_part(*into.file, offset, sizeof(parity_header));
        auto const header = bytes ? load<parity_header>(bytes->data()) : parity_header{};
        auto const verdict = verdict_of(judge_header(header, entry.id, file_length(entry)));
        into.frame_whole = into.frame_whole && verdict == parity_verdict::good;
        if (into.verdict == parity_verdict::damaged) {
            into.verdict = verdict;
            into.header = header;
        }
    }
    into.layout = into.header.layout();
}

template <class File>
void load_table(loaded_parity<File>& into, place const& where) {
    parity_map const map(into.layout);
    for (unsigned copy = 0; copy < 2; ++copy) {
        auto const bytes = read_part(*into.file, map.table_offset(copy), map.table_bytes());
        auto sums = bytes ? decode_table(*bytes, into.layout, where, copy) : std::nullopt;
        into.frame_whole = into.frame_whole && sums;
        if (sums && into.sums.empty()) {
            into.sums = *std::move(sums);
        }
    }
    if (into.sums.empty()) {
        into.verdict = parity_verdict::damaged;
    }
}

} // namespace detail

/// How much of a parity file is read to judge it.
enum class parity_reading { header, table };

/// Looks into the parity file at `path` for the segment of `entry`. What cannot be read counts as damaged: parity is
/// help, and its absence never an error. That it cannot be opened is no property of the file: a process that has too
/// many open will have fewer.
template <parity::parity_codec Codec, class Files>
[[nodiscard]] loaded_parity<typename Files::file> load_parity(Files& files, std::filesystem::path const& path,
                                                              segment_entry const& entry,
                                                              parity_reading wanted = parity_reading::table) {
    loaded_parity<typename Files::file> found;
    auto const name = path.filename().string();
    auto const present = files.exists(path);
    found.message = name + " is missing";
    if (present && !*present) {
        return found;
    }
    auto opened = files.open(path, file::open_mode::read_only);
    auto const size = opened ? opened->size() : result<std::uint64_t>(opened.error());
    if (!size) {
        found.verdict = parity_verdict::unopened;
        found.message = name + " could not be opened: " + size.error().message;
        return found;
    }
    found.message = name + " is damaged";
    found.file = *std::move(opened);
    detail::load_header(found, *size, entry);
    if (found.verdict == parity_verdict::good) {
        auto const codec = Codec::make({found.layout.stripe_data, found.layout.stripe_parity});
        bool const mine = codec && codec->format_name() == found.header.codec_name();
        found.verdict = mine ? parity_verdict::good : parity_verdict::other_codec;
        found.frame_whole = found.frame_whole && *size == parity_map(found.layout).file_bytes();
    }
    if (found.verdict == parity_verdict::good && wanted == parity_reading::table) {
        detail::load_table(found, place(entry.id));
    }
    switch (found.verdict) {
    case parity_verdict::foreign: found.message = name + " belongs to another segment"; break;
    case parity_verdict::newer: found.message = name + " was written by a newer version"; break;
    case parity_verdict::other_codec:
        found.message = name + " was made by the codec '" + std::string(found.header.codec_name()) + "'";
        break;
    case parity_verdict::good:
        found.message = found.frame_whole ? "" : "a header or table of " + name + " is damaged";
        break;
    case parity_verdict::missing:
    case parity_verdict::damaged:
    case parity_verdict::unopened: break;
    }
    return found;
}

} // namespace mkdb::log
