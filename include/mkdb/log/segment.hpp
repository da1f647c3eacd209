#pragma once

#include <mkdb/file/concept.hpp>
#include <mkdb/log/digest.hpp>
#include <mkdb/log/file_names.hpp>
#include <mkdb/log/window.hpp>

#include <atomic>
#include <filesystem>
#include <string>
#include <utility>

namespace mkdb::log {

/// A segment that can be read: its number, and the place that its checksums are bound to.
///
/// Thread safety: const members from any thread, also while a `segment_writer` appends.
template <class File>
class segment {
public:
    segment(std::uint32_t number, uuid const& id, File file)
        : number_(number), id_(id), where_(id), file_(std::move(file)) {}

    [[nodiscard]] std::uint32_t number() const noexcept { return number_; }
    [[nodiscard]] uuid const& id() const noexcept { return id_; }
    [[nodiscard]] place const& where() const noexcept { return where_; }
    [[nodiscard]] File& file() noexcept { return file_; }
    [[nodiscard]] File const& file() const noexcept { return file_; }

    /// Everything before has been synced, as far as whoever writes the segment has said.
    [[nodiscard]] std::uint64_t durable_end() const noexcept { return durable_end_.load(); }
    void note_durable(std::uint64_t end) noexcept { durable_end_.store(end); }

    /// Fills `bytes` with the record at `offset`, in one read, and checks it.
    /// Errors: `corrupt_record` if that is not one whole record of this length; `io`.
    [[nodiscard]] result<decoded_record> read_record(std::uint64_t offset, std::span<std::byte> bytes) const {
        MKDB_TRY_ASSIGN(auto const got, file_.read_at(offset, bytes));
        auto const found = decode_record(bytes.first(got), where_, offset);
        if (found.state != record_state::whole || found.length != bytes.size()) {
            return fail(errc::corrupt_record, "the record at offset " + std::to_string(offset) + " of " +
                                                  names::segment(number_) + " is damaged");
        }
        return found;
    }

private:
    std::uint32_t number_;
    uuid id_;
    place where_;
    File file_;
    std::atomic<std::uint64_t> durable_end_{0};
};

/// Reads all bytes before `data_end` and the footer there, and compares their digest with the footer's.
/// Errors: `corrupt_file` naming what differs; `io`.
template <class File>
[[nodiscard]] result<> verify(segment<File> const& sealed, std::uint64_t data_end) {
    auto const name = names::segment(sealed.number());
    window<File> source(sealed.file(), data_end + sizeof(segment_footer));
    MKDB_TRY_ASSIGN(auto const last, source.bytes(data_end, sizeof(segment_footer)));
    auto const footer = decode_footer(last, sealed.where(), data_end);
    if (!footer) {
        return fail(errc::corrupt_file, "the footer of " + name + " is damaged");
    }
    digest_stream digest;
    for (std::uint64_t at = 0; at < data_end;) {
        MKDB_TRY_ASSIGN(auto const bytes, source.bytes(at, std::min(mebibyte, data_end - at)));
        if (bytes.empty()) {
            return fail(errc::corrupt_file, name + " ends at offset " + std::to_string(at));
        }
        digest.add(bytes);
        at += bytes.size();
    }
    if (digest.value() != footer->digest) {
        return fail(errc::corrupt_file, "the bytes of " + name + " do not match the digest in its footer");
    }
    return {};
}

} // namespace mkdb::log
