#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

/// The files of a store of PyMkDB: `stores/S/S.idx`, `stores/S/S_NNN.log` and `stores/S/blobs/`.
namespace mkdb::pymkdb {

/// Where a version of a record lies: in a segment of the log, or in a file of its own.
struct source_place {
    std::uint32_t segment = 0; ///< 0: in the file `blob`.
    std::uint64_t offset = 0;
    std::uint64_t size = 0; ///< Bytes, the line feed counted.
    std::uint64_t line = 0; ///< Of the segment, from 1; 0 where nobody has counted.
    std::string blob{};     ///< As `blobs/ID.dat`.

    [[nodiscard]] bool is_blob() const noexcept { return !blob.empty(); }
};

/// Whether `one` was written before `other`. Precondition: both lie in segments.
[[nodiscard]] inline bool earlier(source_place const& one, source_place const& other) noexcept {
    return one.segment != other.segment ? one.segment < other.segment : one.offset < other.offset;
}

/// A version that is to be read.
struct source_record {
    std::string id;
    source_place where;
};

/// Names within the directory of a store called `name`.
[[nodiscard]] inline std::string index_file(std::string const& name) {
    return name + ".idx";
}

[[nodiscard]] inline std::string segment_file(std::string const& name, std::uint32_t segment) {
    auto const digits = std::to_string(segment);
    return name + "_" + std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits + ".log";
}

/// The number of a segment's file; 0: it is none.
[[nodiscard]] inline std::uint32_t segment_number(std::string_view file, std::string const& name) {
    auto const digits = file.substr(std::min(file.size(), name.size() + 1));
    std::uint32_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number != 0 && file == segment_file(name, number) ? number : 0;
}

[[nodiscard]] inline std::string file_of(std::string const& name, source_place const& where) {
    return where.is_blob() ? where.blob : segment_file(name, where.segment);
}

} // namespace mkdb::pymkdb
