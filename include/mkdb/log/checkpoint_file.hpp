#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/file/concept.hpp>
#include <mkdb/log/checkpoint_format.hpp>
#include <mkdb/log/digest.hpp>
#include <mkdb/log/file_names.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::log {

/// Reads one section front to back, straight to where its bytes are wanted. Nothing that was read may be relied upon
/// before `finish` has found that the section is whole.
template <class File>
class section_stream {
public:
    section_stream(File const& file, section_entry const& section, std::uint64_t offset)
        : file_(&file), section_(section), at_(offset), left_(section.length) {}

    /// Errors: `corrupt_file` when the section ends before; `io`.
    [[nodiscard]] result<> read(std::span<std::byte> into) {
        if (into.size() > left_) {
            return fail(errc::corrupt_file, "a section is shorter than what it should hold");
        }
        MKDB_TRY_ASSIGN(auto const got, file_->read_at(at_, into));
        if (got != into.size()) {
            return fail(errc::corrupt_file, "the file ends before its sections do");
        }
        digest_.add(into);
        at_ += into.size();
        left_ -= into.size();
        return {};
    }

    template <class T>
    requires std::is_trivially_copyable_v<T>
    [[nodiscard]] result<> read_value(T& into) { return read(std::as_writable_bytes(std::span(&into, 1))); }

    [[nodiscard]] std::uint64_t left() const noexcept { return left_; }

    /// Errors: `corrupt_file` unless all was read and is what was written.
    [[nodiscard]] result<> finish() const {
        return left_ == 0 && digest_.value() == section_.digest
                   ? result<>()
                   : fail(errc::corrupt_file, "the bytes of a section do not match their digest");
    }

    /// As `finish`, of a section of which the rest is of no use.
    [[nodiscard]] result<> finish_rest() {
        std::vector<std::byte> piece(std::min<std::uint64_t>(left_, mebibyte));
        while (left_ > 0) {
            MKDB_TRY(read(std::span(piece).first(std::min<std::uint64_t>(left_, piece.size()))));
        }
        return finish();
    }

private:
    File const* file_;
    section_entry section_;
    std::uint64_t at_;
    std::uint64_t left_;
    digest_stream digest_;
};

/// A checkpoint whose head is whole. Sections are checked as they are read.
template <class File>
class checkpoint_file {
public:
    /// Where a section lies.
    struct section {
        section_entry entry;
        std::uint64_t offset = 0;
    };

    /// Errors: `corrupt_file`, `format_newer`, `io`: no checkpoint then, as far as anybody should care.
    template <class Files>
    [[nodiscard]] static result<checkpoint_file> open(Files& files, std::filesystem::path const& directory) {
        MKDB_TRY_ASSIGN(auto file, files.open(directory / names::checkpoint, file::open_mode::read_only));
        checkpoint_file opened(std::move(file));
        MKDB_TRY(opened.read_head());
        return opened;
    }

    [[nodiscard]] std::vector<section> const& sections() const noexcept { return sections_; }
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    /// All of a small section, checked. Errors: `corrupt_file`, `io`.
    [[nodiscard]] result<std::string> read(section const& from) const {
        auto source = stream(from);
        std::string bytes(from.entry.length, '\0');
        MKDB_TRY(source.read(std::as_writable_bytes(std::span(bytes))));
        MKDB_TRY(source.finish());
        return bytes;
    }

    [[nodiscard]] section_stream<File> stream(section const& from) const {
        return section_stream<File>(file_, from.entry, from.offset);
    }

private:
    explicit checkpoint_file(File file) : file_(std::move(file)) {}

    [[nodiscard]] result<> read_head() {
        MKDB_TRY_ASSIGN(size_, file_.size());
        checkpoint_header header;
        MKDB_TRY_ASSIGN(auto const got, file_.read_at(0, std::as_writable_bytes(std::span(&header, 1))));
        if (got != sizeof header || header.magic != checkpoint_magic || sealed(header).crc != header.crc) {
            return fail(errc::corrupt_file, "its header is damaged");
        }
        if (header.version > checkpoint_version || header.byte_order != byte_order_mark) {
            return fail(errc::format_newer, "it was written by a newer version, or on another byte order");
        }
        auto const room = (size_ - sizeof header) / sizeof(section_entry);
        if (header.file_length != size_ || header.section_count > room) {
            return fail(errc::corrupt_file, "it is not as long as it should be");
        }
        return read_table(header);
    }

    [[nodiscard]] result<> read_table(checkpoint_header const& header) {
        std::vector<section_entry> table(header.section_count);
        auto const bytes = std::as_writable_bytes(std::span(table));
        MKDB_TRY_ASSIGN(auto const got, file_.read_at(sizeof header, bytes));
        digest_stream digest;
        digest.add(bytes);
        if (got != bytes.size() || digest.value() != header.table_digest) {
            return fail(errc::corrupt_file, "its list of sections is damaged");
        }
        auto offset = sizeof header + bytes.size();
        for (auto const& each : table) {
            if (each.length > size_ - offset) {
                return fail(errc::corrupt_file, "its sections are longer than the file");
            }
            sections_.push_back({each, offset});
            offset += each.length;
        }
        if (offset != size_) {
            return fail(errc::corrupt_file, "its sections are shorter than the file");
        }
        return {};
    }

    File file_;
    std::uint64_t size_ = 0;
    std::vector<section> sections_;
};

} // namespace mkdb::log
