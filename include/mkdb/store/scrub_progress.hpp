#pragma once

#include <mkdb/core/checksum.hpp>
#include <mkdb/file/whole_file.hpp>

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb {

/// How far the scrub of a store has come: kept in its file SCRUB, so that a pass goes on where a program that ended
/// left it.
struct scrub_progress {
    std::int64_t started_ms = 0;  ///< Of the pass that is under way; 0: none is.
    std::int64_t finished_ms = 0; ///< Of the last complete pass; 0: there was none.
    std::uint32_t partition = 0;  ///< The partitions before it are done, and of it
    std::uint32_t segment = 0;    ///< the segments up to this number.

    friend bool operator==(scrub_progress const&, scrub_progress const&) = default;
};

namespace detail {

inline constexpr std::string_view scrub_mark = "MkDB scrub 1";
inline constexpr std::string_view scrub_checksum = ", checksum ";

/// Takes ", NAME NUMBER" off the front.
template <class Number>
[[nodiscard]] bool take_number(std::string_view& text, std::string_view name, Number& into) {
    auto const label = ", " + std::string(name) + " ";
    if (!text.starts_with(label)) {
        return false;
    }
    text.remove_prefix(label.size());
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), into);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return failure == std::errc();
}

} // namespace detail

/// One line of text, checked by its last word.
[[nodiscard]] inline std::string encode_progress(scrub_progress const& progress) {
    auto const claim = std::string(detail::scrub_mark) + ", started " + std::to_string(progress.started_ms) +
                       ", finished " + std::to_string(progress.finished_ms) + ", partition " +
                       std::to_string(progress.partition) + ", segment " + std::to_string(progress.segment);
    return claim + std::string(detail::scrub_checksum) + std::to_string(crc32c(as_bytes(claim))) + "\n";
}

/// A line that is damaged, or of another version, says nothing: the pass begins anew.
[[nodiscard]] inline scrub_progress decode_progress(std::string_view line) {
    scrub_progress found;
    auto text = line;
    bool const right = text.starts_with(detail::scrub_mark) && (text.remove_prefix(detail::scrub_mark.size()), true) &&
                       detail::take_number(text, "started", found.started_ms) &&
                       detail::take_number(text, "finished", found.finished_ms) &&
                       detail::take_number(text, "partition", found.partition) &&
                       detail::take_number(text, "segment", found.segment);
    return right && encode_progress(found) == line ? found : scrub_progress{};
}

[[nodiscard]] inline std::filesystem::path scrub_file(std::filesystem::path const& store_directory) {
    return store_directory / "SCRUB";
}

template <class Files>
[[nodiscard]] scrub_progress load_progress(Files& files, std::filesystem::path const& store_directory) {
    auto const present = files.exists(scrub_file(store_directory));
    if (!present || !*present) {
        return {};
    }
    auto const line = file::read_whole(files, scrub_file(store_directory));
    return line ? decode_progress(*line) : scrub_progress{};
}

} // namespace mkdb
